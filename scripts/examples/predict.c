/* predict FILE...: recognise the digits in pictures and drawings with libdigitpad.
 *
 *     cc predict.c $(pkg-config --cflags --libs digitpad) -o predict
 *
 * For each picture or drawing of a file it prints a line: the file, the digit, and how probable
 * it is, with tabs between them. ? is a digit that is rejected, - a blank. */
#include <digitpad.h>
#include <stdio.h>
#include <stdlib.h>

static void fail(const char *what, const digitpad_error *error)
{
    fprintf(stderr, "predict: %s: %s\n", what, error->message);
    exit(1);
}

/* The content of a file, to be freed. */
static unsigned char *content(const char *file, size_t *size)
{
    const size_t most = (size_t)1 << 26;
    unsigned char *bytes = malloc(most);
    FILE *f = fopen(file, "rb");
    if (!bytes || !f) {
        perror(file);
        exit(1);
    }
    *size = fread(bytes, 1, most, f);
    fclose(f);
    return bytes;
}

static void print(const char *file, const digitpad_prediction *p)
{
    if (p->digits == 0)
        printf("%s\t-\t-\n", file);
    else if (p->rejected)
        printf("%s\t?\t%.4f\n", file, p->confidence);
    else
        printf("%s\t%d\t%.4f\n", file, p->digit, p->confidence);
}

static void predict(digitpad_predictor *predictor, const char *file)
{
    size_t size;
    unsigned char *bytes = content(file, &size);
    digitpad_error error;
    digitpad_reader *reader;
    digitpad_prediction prediction;
    int code;
    if (digitpad_reader_open(&reader, bytes, size, NULL, &error) != DIGITPAD_OK)
        fail(file, &error);
    while ((code = digitpad_predict_next(&prediction, predictor, reader, &error)) ==
           DIGITPAD_OK)
        print(file, &prediction);
    if (code != DIGITPAD_END)
        fail(file, &error);
    digitpad_reader_close(reader);
    free(bytes);
}

int main(int argc, char **argv)
{
    digitpad_error error;
    digitpad_model *model;
    digitpad_predictor *predictor;
    int i;
    if (digitpad_model_open(&model, "cnn", NULL, &error) != DIGITPAD_OK ||
        digitpad_predictor_create(&predictor, model, NULL, &error) != DIGITPAD_OK)
        fail("cnn", &error);
    for (i = 1; i < argc; i++)
        predict(predictor, argv[i]);
    digitpad_predictor_free(predictor);
    digitpad_model_close(model);
    return 0;
}
