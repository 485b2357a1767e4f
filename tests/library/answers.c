/* answers HOW FILE: the answers of libdigitpad to the pictures and drawings of a file, one a line,
 * in the form of `digitpad predict -f json`, from "digit" on and without "top". HOW is
 *
 *     image    the file has one picture or drawing: digitpad_predict_image
 *     reader   any number: digitpad_predict_next
 *     numbers  the same, with several digits; the line ends with their number and boxes
 *     pixels   28×28 bytes an image: digitpad_predict_pixels, on two threads
 *     floats   the same bytes as values from 0 to 1
 *     picture  a binary PGM: digitpad_predict_picture
 *
 * The locale is that of the environment. */
#include <digitpad.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static digitpad_predictor *predictor;
static unsigned char bytes[1 << 20];
static size_t size;

static void check(int code, const digitpad_error *error)
{
    if (code == DIGITPAD_OK)
        return;
    fprintf(stderr, "answers: code %d: %s\n", error->code, error->message);
    exit(error->code);
}

static void print_digit(const digitpad_prediction *p)
{
    printf("\"digit\":%d,\"confidence\":%.9g,\"rejected\":%s,\"probabilities\":[",
           p->digit, (double)p->confidence, p->rejected ? "true" : "false");
    for (int i = 0; i < 10; i++)
        printf("%s%.9g", i ? "," : "", (double)p->probability[i]);
    printf("]");
}

static void print(const digitpad_prediction *p)
{
    if (p->digit >= 0)
        print_digit(p);
    else if (p->digits > 0)
        printf(
            "\"digit\":null,\"confidence\":%.9g,\"rejected\":%s,\"probabilities\":null",
            (double)p->confidence, p->rejected ? "true" : "false");
    else
        printf("\"digit\":null,\"confidence\":null,\"rejected\":false,"
               "\"probabilities\":null");
    printf("\n");
}

static void print_number(void)
{
    digitpad_prediction part[DIGITPAD_DIGITS_MAX];
    const int n = digitpad_predictor_digits(part, predictor);
    for (int i = 0; i < n; i++) {
        print_digit(&part[i]);
        printf(",\"box\":[%.6g,%.6g,%.6g,%.6g]\n", (double)part[i].box[0],
               (double)part[i].box[1], (double)part[i].box[2], (double)part[i].box[3]);
    }
}

static void read_all(int numbers)
{
    digitpad_error error;
    digitpad_reader *reader;
    digitpad_prediction p;
    int code;
    check(digitpad_reader_open(&reader, bytes, size, NULL, &error), &error);
    while ((code = digitpad_predict_next(&p, predictor, reader, &error)) !=
           DIGITPAD_END) {
        check(code, &error);
        print(&p);
        if (numbers)
            print_number();
    }
    digitpad_reader_close(reader);
}

static void predict_many(int floats)
{
    static digitpad_prediction p[1000];
    static float values[sizeof bytes];
    const size_t n = size / 784;
    digitpad_error error;
    for (size_t i = 0; i < n * 784; i++)
        values[i] = (float)bytes[i] / 255;
    check(floats ? digitpad_predict_floats(p, predictor, values, n, &error)
                 : digitpad_predict_pixels(p, predictor, bytes, n, &error),
          &error);
    for (size_t i = 0; i < n; i++)
        print(&p[i]);
}

static void predict_picture(void)
{
    int width, height, header;
    digitpad_error error;
    digitpad_prediction p;
    if (sscanf((const char *)bytes, "P5 %d %d 255%n", &width, &height, &header) != 2)
        exit(99);
    check(digitpad_predict_picture(&p, predictor, bytes + header + 1, width, height,
                                   &error),
          &error);
    print(&p);
}

int main(int argc, char **argv)
{
    digitpad_error error;
    digitpad_model *model;
    digitpad_prediction p;
    digitpad_options options = DIGITPAD_OPTIONS;
    const char *how = argc == 3 ? argv[1] : "";
    FILE *f = argc == 3 ? fopen(argv[2], "rb") : NULL;
    if (!f || !setlocale(LC_ALL, ""))
        return 99;
    size = fread(bytes, 1, sizeof bytes - 1, f);
    fclose(f);
    options.numbers = strcmp(how, "numbers") == 0;
    options.threads = 2;
    check(digitpad_model_open(&model, NULL, NULL, &error), &error);
    check(digitpad_predictor_create(&predictor, model, &options, &error), &error);
    digitpad_model_close(model);
    if (strcmp(how, "image") == 0) {
        check(digitpad_predict_image(&p, predictor, bytes, size, &error), &error);
        print(&p);
    } else if (strcmp(how, "reader") == 0 || options.numbers) {
        read_all(options.numbers);
    } else if (strcmp(how, "picture") == 0) {
        predict_picture();
    } else {
        predict_many(strcmp(how, "floats") == 0);
    }
    digitpad_predictor_free(predictor);
    return 0;
}
