/* 1,000 models of libdigitpad, opened and closed on eight threads that also share one: every answer
 * is that of a single thread, and the memory stays the same. tests/tsan.sh runs this as well. */
#include "config.h"

#include "weights/library/digitpad.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef __has_feature /* of clang */
#define __has_feature(x) 0
#endif

enum { THREADS = 8, MODELS = 1000, IMAGES = 4, SIDE = 28 };

/* Names and the answers of a single thread. */
static const char *const names[] = { "nano", "mlp", "cnn" };
enum { NAMES = sizeof names / sizeof names[0] };
static uint8_t pixels[IMAGES][SIDE * SIDE];
static digitpad_prediction wanted[NAMES][IMAGES];
static digitpad_model *shared; /* names[0] */

static int cases;
static bool failed;

static void check(bool good, const char *name)
{
    printf("%sok %d - %s\n", good ? "" : "not ", ++cases, name);
    failed |= !good;
}

/* Bars in many places and widths, some of them like a 1. */
static void draw(void)
{
    for (int i = 0; i < IMAGES; i++)
        for (int y = 4; y < SIDE - 4; y++)
            memset(pixels[i] + y * SIDE + 4 + i / 2, 255 - y * (i % 2) * 4,
                   (size_t)(2 + i % 3 + (y > 20 ? i % 5 : 0)));
}

/* Predict all images with a new predictor. */
static bool predict(digitpad_prediction out[IMAGES], const digitpad_model *model)
{
    digitpad_error error;
    digitpad_predictor *predictor;
    if (digitpad_predictor_create(&predictor, model, NULL, &error) != DIGITPAD_OK)
        return false;
    const int code = digitpad_predict_pixels(out, predictor, pixels[0], IMAGES, &error);
    digitpad_predictor_free(predictor);
    return code == DIGITPAD_OK;
}

static bool predicts_as_wanted(const digitpad_model *model, int name)
{
    digitpad_prediction got[IMAGES];
    return predict(got, model) && memcmp(got, wanted[name], sizeof got) == 0;
}

/* Open this thread's share of the models, and use the shared one in between. Returns NULL if
 * all answers are right. */
static void *work(void *share)
{
    const int *models = share;
    bool good = true;
    for (int i = 0; i < *models && good; i++) {
        digitpad_model *model;
        const int name = i % NAMES;
        good = digitpad_model_open(&model, names[name], NULL, NULL) == DIGITPAD_OK;
        if (!good)
            break;
        good = predicts_as_wanted(model, name) && predicts_as_wanted(shared, 0);
        digitpad_model_close(model);
    }
    return good ? NULL : share;
}

static bool run(int models)
{
    pthread_t thread[THREADS];
    int share = models / THREADS;
    bool good = true;
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&thread[i], NULL, work, &share) != 0)
            return false;
    for (int i = 0; i < THREADS; i++) {
        void *bad;
        pthread_join(thread[i], &bad);
        good &= bad == NULL;
    }
    return good;
}

/* The memory of this process in kB; 0 if the system does not say. */
static long resident(void)
{
    long total, pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f && fscanf(f, "%ld %ld", &total, &pages) != 2)
        pages = 0;
    if (f)
        fclose(f);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

int main(void)
{
    draw();
    for (int i = 0; i < NAMES; i++) {
        digitpad_model *model;
        if (digitpad_model_open(&model, names[i], NULL, NULL) != DIGITPAD_OK ||
            !predict(wanted[i], model))
            return 99;
        if (i == 0)
            shared = model;
        else
            digitpad_model_close(model);
    }
    check(run(MODELS / 5), "a fifth of the models, to warm up");
    const long before = resident();
    check(run(MODELS), "1,000 models on eight threads give the answers of one");
    const long after = resident();
    digitpad_model_close(shared);
    printf("# %ld kB before, %ld kB after\n", before, after);
#if defined DP_SANITIZED || __has_feature(thread_sanitizer)
    printf("ok %d - memory # SKIP a sanitizer keeps what is freed\n", ++cases);
#else
    /* A leak of one small network each time would be 20 MB or more. */
    check(before == 0 || after < before + 4096, "the memory stays the same");
#endif
    printf("1..%d\n", cases);
    return failed;
}
