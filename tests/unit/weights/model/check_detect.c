#include "config.h"

#include "tests/unit/unit.h"
#include "weights/model/detect.h"

#include <string.h>

/* Every length of the header, among them those whose first bytes are a pickle's or gzip's. */
START_TEST(safetensors_are_known_whatever_their_length)
{
    for (unsigned length = 2; length < 1 << 17; length++) {
        unsigned char data[] = "\0\0\0\0\0\0\0\0{\"a\":{}}";
        dp_format format = DP_FORMAT_JSON;
        for (int i = 0; i < 3; i++)
            data[i] = (unsigned char)(length >> 8 * i);
        ck_assert_int_eq(dp_detect_format(&format, data, sizeof data - 1, NULL), DP_OK);
        ck_assert_int_eq(format, DP_FORMAT_SAFETENSORS);
    }
}
END_TEST

START_TEST(a_pickle_is_named)
{
    static const unsigned char pickle[] = "\x80\x02}q\x01(X\x05\0\0\0{";
    dp_format format;
    dp_err err;
    ck_assert_int_eq(dp_detect_format(&format, pickle, sizeof pickle - 1, &err),
                     DP_MODEL);
    ck_assert_str_eq(
        err.msg,
        "unsupported format: a Python pickle (an old PyTorch file); export the model to "
        "ONNX, or save its weights: python3 -c 'import sys, torch; from "
        "safetensors.torch import save_file; d = torch.load(sys.argv[1], \"cpu\", "
        "weights_only=True); d = d.get(\"state_dict\", d); save_file({k: v.contiguous() "
        "for k, v in d.items() if hasattr(v, \"contiguous\")}, sys.argv[2])' IN "
        "OUT.safetensors");
}
END_TEST

UNIT_MAIN("detect", safetensors_are_known_whatever_their_length, a_pickle_is_named)
