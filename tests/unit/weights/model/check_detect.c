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

/* Each byte of a signature counts: of a file that differs in its last one, nothing is said. */
START_TEST(a_signature_is_known_by_all_its_bytes)
{
    static const struct {
        const char *bytes, *what;
        size_t offset;
    } signatures[] = {
        { "\x89HDF", "an HDF5 file", 0 },
        { "TFL3", "a TensorFlow Lite model", 4 },
        { "ORTM", "a model in onnxruntime's own format", 4 },
        { "NRUB", "a Burn model", 0 },
        { "GGUF", "a GGUF file", 0 },
        { "\x93NUMPY", "a NumPy array", 0 },
        { "MATLAB", "a MATLAB file", 0 },
        { "ir_version:", "an ONNX model as text", 0 },
        { "\x1f\x8b", "compressed with gzip", 0 },
        { "\x89PNG\r\n\x1a\n", "a PNG image", 0 },
        { "\xff\xd8\xff", "a JPEG image", 0 },
        { "version https://git-lfs", "a Git LFS pointer", 0 },
    };
    for (size_t i = 0; i < DP_COUNT(signatures); i++) {
        const size_t size = signatures[i].offset + strlen(signatures[i].bytes);
        unsigned char data[64] = "....";
        dp_format format;
        dp_err err = { 0 };
        memcpy(data + signatures[i].offset, signatures[i].bytes,
               strlen(signatures[i].bytes));
        ck_assert_int_eq(dp_detect_format(&format, data, size, &err), DP_MODEL);
        ck_assert_msg(strstr(err.msg, signatures[i].what) != NULL, "%s", err.msg);
        data[size - 1] ^= 1;
        ck_assert_msg(!dp_detect_format(&format, data, size, &err) ||
                          strstr(err.msg, signatures[i].what) == NULL,
                      "%s", err.msg);
    }
}
END_TEST

UNIT_MAIN("detect", safetensors_are_known_whatever_their_length, a_pickle_is_named,
          a_signature_is_known_by_all_its_bytes)
