/* Read 28×28 images from stdin, one byte per pixel, and print the ten logits of each on a
 * line. Arguments: MODEL [NORM]. */
#include "config.h"

#include "engine/infer/session.h"
#include "weights/store/store.h"

#include <stdio.h>
#include <stdlib.h>

static int answer(const dp_model *model)
{
    dp_session *session;
    uint8_t pixels[DP_PIXELS];
    dp_prediction p;
    dp_err err;
    if (dp_session_create(&session, model, 1, 1, &err)) {
        fprintf(stderr, "%s\n", err.msg);
        return EXIT_FAILURE;
    }
    while (fread(pixels, sizeof pixels, 1, stdin) == 1) {
        dp_session_predict(session, pixels, 1, &p);
        for (int i = 0; i < DP_DIGITS; i++)
            printf("%.9g%c", (double)p.logit[i], i == DP_DIGITS - 1 ? '\n' : ' ');
    }
    dp_session_free(session);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    dp_model *model;
    dp_network_file_options options = { .norm_given = argc > 2 };
    dp_err err;
    if (argc < 2 || (argc > 2 && !dp_norm_named(&options.norm, argv[2])))
        return EXIT_FAILURE;
    dp_code code = dp_store_open(&model, argv[1], &options, &err);
    if (!code && (code = dp_model_check_digits(model, &err)))
        dp_model_unref(model);
    if (code) {
        fprintf(stderr, "%s: %s\n", dp_code_name(code), err.msg);
        return code == DP_MODEL ? 3 : EXIT_FAILURE;
    }
    int status = answer(model);
    dp_model_unref(model);
    return status;
}
