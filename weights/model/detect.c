#include "config.h"

#include "weights/model/detect.h"

#include "engine/core/arith.h"

#include <stdbool.h>
#include <string.h>

/* Commands that convert what another program must read. They need its package and safetensors. */
#define PYTHON    "python3 -c 'import sys, "
#define ARGUMENTS "sys.argv[2])' IN OUT.safetensors"
#define FROM_TORCH(load)                                                                 \
    PYTHON "torch; from safetensors.torch import save_file; d = " load                   \
           "; save_file({k: v.contiguous() for k, v in d.items() if hasattr(v, "         \
           "\"contiguous\")}, " ARGUMENTS
#define FROM_PICKLE                                                                      \
    FROM_TORCH("torch.load(sys.argv[1], \"cpu\", weights_only=True); "                   \
               "d = d.get(\"state_dict\", d)")
#define FROM_TORCHSCRIPT FROM_TORCH("torch.jit.load(sys.argv[1], \"cpu\").state_dict()")
#define FROM_KERAS                                                                       \
    PYTHON "keras; from safetensors.numpy import save_file; "                            \
           "m = keras.models.load_model(sys.argv[1]); "                                  \
           "save_file({w.path: w.numpy() for w in m.weights}, " ARGUMENTS
#define FROM_NUMPY                                                                       \
    PYTHON "numpy; from safetensors.numpy import save_file; "                            \
           "save_file(dict(numpy.load(sys.argv[1])), " ARGUMENTS

#define PICKLE "; export the model to ONNX, or save its weights: " FROM_PICKLE

/* Other formats, by the bytes at an offset. */
static const struct other {
    size_t offset, length;
    const char *bytes, *what;
} others[] = {
    { 0, 2, "\x80\x02", "a Python pickle (an old PyTorch file)" PICKLE },
    { 0, 2, "\x80\x03", "a Python pickle" PICKLE },
    { 0, 2, "\x80\x04", "a Python pickle" PICKLE },
    { 0, 2, "\x80\x05", "a Python pickle" PICKLE },
    { 0, 4, "\x89HDF",
      "an HDF5 file (Keras weights); export the model to ONNX, or save its weights: " FROM_KERAS },
    { 4, 4, "TFL3",
      "a TensorFlow Lite model; convert it: python3 -m tf2onnx.convert --tflite IN --output OUT.onnx" },
    { 4, 4, "ORTM", "a model in onnxruntime's own format; give the ONNX file" },
    { 0, 4, "NRUB",
      "a Burn model (.bpk); save it from Burn with burn_store::SafetensorsStore" },
    { 0, 4, "GGUF", "a GGUF file, which holds language models" },
    { 0, 6, "\x93NUMPY", "a NumPy array" },
    { 0, 6, "MATLAB", "a MATLAB file; export the network with exportONNXNetwork" },
    { 0, 11, "ir_version:", "an ONNX model as text; save it in its binary form" },
    { 0, 2, "\x1f\x8b", "compressed with gzip; unpack it first" },
    { 0, 8, "\x89PNG\r\n\x1a\n", "a PNG image" },
    { 0, 3, "\xff\xd8\xff", "a JPEG image" },
    { 0, 23, "version https://git-lfs",
      "a Git LFS pointer; download the file that it points to" },
    { 0, 9, "<!DOCTYPE", "a web page" },
    { 0, 9, "<!doctype", "a web page" },
    { 0, 5, "<html", "a web page" },
};

/* The content of a zip archive, by a part of the name of its first file. */
static const struct {
    const char *part, *what;
} archives[] = {
    { "data.pkl", "a PyTorch checkpoint" PICKLE },
    { "/data/",
      "a TorchScript file; export the model to ONNX, or save its weights: " FROM_TORCHSCRIPT },
    { ".npy", "a NumPy archive; save its arrays as safetensors: " FROM_NUMPY },
    { "metadata.json",
      "a Keras model; export it to ONNX, or save its weights: " FROM_KERAS },
    { "config.json",
      "a Keras model; export it to ONNX, or save its weights: " FROM_KERAS },
    { "", "a zip archive (PyTorch, Keras or other); export the model to ONNX" },
};

/* NULL if it is not a zip archive. The archive starts with a header of 30 bytes for its first
 * file, with the length of the file's name at byte 26; the name follows. */
static const char *archive_kind(const unsigned char *data, size_t size)
{
    char name[256] = "";
    if (size < 30 || memcmp(data, "PK\003\004", 4) != 0)
        return NULL;
    size_t length = (size_t)data[26] | (size_t)data[27] << 8;
    if (length < sizeof name && length <= size - 30)
        memcpy(name, data + 30, length);
    size_t i = 0;
    while (!strstr(name, archives[i].part))
        i++; /* ends: every name contains the empty last part */
    return archives[i].what;
}

static bool has_bytes(const struct other *o, const unsigned char *data, size_t size)
{
    return size >= o->offset + o->length &&
           memcmp(data + o->offset, o->bytes, o->length) == 0;
}

/* A safetensors file starts with the header's length in eight bytes, at most three of them
 * nonzero, and a brace. An ONNX file has no zeros there, and usually starts with 0x08, the tag
 * of its version. */
static bool is_safetensors(const unsigned char *data, size_t size)
{
    static const unsigned char zeros[4];
    return size >= 8 && (memcmp(data + 4, zeros, 4) == 0 ||
                         (size > 8 && data[8] == '{' && data[0] != 0x08));
}

/* The same beyond doubt: no other format has five zeros and a brace there. The length before them
 * may have the bytes of any other format; that of 640 has those of a pickle. */
static bool is_surely_safetensors(const unsigned char *data, size_t size)
{
    return size > 8 && memcmp(data + 3, "\0\0\0\0\0{", 6) == 0;
}

static bool is_text(const unsigned char *data, size_t size)
{
    for (size_t i = 0; i < size && i < 512; i++)
        if (data[i] < 32 && !(data[i] >= '\t' && data[i] <= '\r'))
            return false;
    return true;
}

/* The first byte after white space. */
static unsigned char first_visible(const unsigned char *data, size_t size)
{
    size_t i = 0;
    while (i < size && (data[i] == ' ' || (data[i] >= '\t' && data[i] <= '\r')))
        i++;
    return i < size ? data[i] : 0;
}

dp_code dp_detect_format(dp_format *out, const unsigned char *data, size_t size,
                         dp_err *err)
{
    if (size == 0)
        return dp_fail(err, DP_MODEL, "the file is empty");
    if (is_surely_safetensors(data, size)) {
        *out = DP_FORMAT_SAFETENSORS;
        return DP_OK;
    }
    for (size_t i = 0; i < DP_COUNT(others); i++)
        if (has_bytes(&others[i], data, size))
            return dp_fail(err, DP_MODEL, "unsupported format: %s", others[i].what);
    const char *archive = archive_kind(data, size);
    if (archive)
        return dp_fail(err, DP_MODEL, "unsupported format: %s", archive);
    bool text = is_text(data, size);
    if (text && first_visible(data, size) == '{')
        *out = DP_FORMAT_JSON;
    else if (text)
        return dp_fail(err, DP_MODEL, "unsupported format: text");
    else
        *out = is_safetensors(data, size) ? DP_FORMAT_SAFETENSORS : DP_FORMAT_ONNX;
    return DP_OK;
}
