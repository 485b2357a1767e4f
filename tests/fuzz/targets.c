#include "config.h"

#include "tests/fuzz/targets.h"

#include "engine/core/arith.h"
#include "engine/infer/model.h"
#include "tui/term/caps.h"
#include "weights/data/writers.h"
#include "weights/images/idx.h"
#include "weights/images/image.h"
#include "weights/model/int8_json.h"
#include "weights/model/model_read.h"
#include "weights/onnx/onnx.h"
#include "weights/safetensors/safetensors.h"
#include "weights/store/network_trust.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* Abort if a contract is violated. */
static void expect(bool holds, const char *contract)
{
    if (holds)
        return;
    fprintf(stderr, "violated: %s\n", contract);
    abort();
}

/* ---- models ------------------------------------------------------------------------ */

/* A rule that is read has finite weights. */
static void check_trust(const dp_network *network)
{
    dp_trust_rule rule;
    if (dp_network_trust(&rule, network, NULL) != DP_OK)
        return;
    expect(isfinite(rule.bias) && isfinite(rule.evidence) && isfinite(rule.odds) &&
               rule.least < INFINITY,
           "rules of trust are finite");
}

/* The contract of every reader of networks: shapes fit and all parameters are
 * readable. */
static void check_network(const dp_network *network)
{
    dp_params layout;
    dp_spec spec = network->spec;
    expect(dp_spec_infer(&spec, NULL) == DP_OK, "shapes fit");
    expect(dp_params_layout(&layout, &spec, NULL) == DP_OK, "parameters have a layout");
    double sum = 0;
    expect(network->params || network->quant,
           "there are parameters, or an 8-bit network");
    for (size_t i = 0; i < layout.count && network->params; i++)
        sum += (double)network->params[i]; /* readable */
    (void)sum;
    check_trust(network);
}

static bool run_safetensors(const uint8_t *data, size_t size)
{
    dp_safetensors st;
    if (dp_safetensors_parse(&st, data, size, NULL) != DP_OK)
        return false;
    size_t bytes = 0;
    for (int i = 0; i < st.n_tensors; i++) {
        const dp_st_tensor *t = &st.tensor[i];
        bytes += t->count * dp_dtype_size(t->dtype);
        expect(t->data >= data && t->data <= data + size, "tensors are inside the file");
    }
    expect(bytes <= size, "tensors are no larger than the file");
    bool own = dp_safetensors_meta(&st, "digitpad.arch") != NULL;
    dp_safetensors_clear(&st);
    const dp_network_file_options foreign = { .arch = "avgpool 14 | flatten | dense 10",
                                              .norm_given = true };
    dp_network network;
    if (dp_model_read(&network, data, size, own ? NULL : &foreign, NULL) == DP_OK) {
        check_network(&network);
        dp_network_clear(&network);
    }
    if (!own && dp_model_read(&network, data, size, NULL, NULL) == DP_OK) {
        check_network(&network);
        dp_network_clear(&network);
    }
    return true;
}

/* The header ends at its last brace; values follow. */
static void repair_safetensors(uint8_t *data, size_t size)
{
    size_t end = size;
    while (end > 9 && data[end - 1] != '}')
        end--;
    for (size_t i = 0; i < 8 && end > 9; i++)
        data[i] = (uint8_t)((end - 8) >> 8 * i);
}

/* A network that is read can be written and read again. */
static bool run_onnx(const uint8_t *data, size_t size)
{
    dp_network network, again;
    unsigned char *written;
    size_t written_size;
    if (dp_onnx_read(&network, data, size, NULL, NULL, NULL) != DP_OK)
        return false;
    check_network(&network);
    dp_code code = dp_onnx_write(&written, &written_size, &network, NULL);
    expect(code == DP_OK, "a network that was read can be written");
    code = dp_onnx_read(&again, written, written_size, NULL, NULL, NULL);
    expect(code == DP_OK || network.spec.n_layers > DP_MAX_LAYERS / 2,
           "a network that was written can be read");
    free(written);
    if (code == DP_OK)
        dp_network_clear(&again);
    dp_network_clear(&network);
    return true;
}

static bool run_json(const uint8_t *data, size_t size)
{
    dp_network network;
    if (dp_int8_json_read(&network, data, size, NULL) != DP_OK)
        return false;
    check_network(&network);
    dp_network_clear(&network);
    return true;
}

/* ---- images ------------------------------------------------------------------------ */

/* Make the bytes standard input, through an unnamed temporary file. */
static void set_stdin(const uint8_t *data, size_t size)
{
    static FILE *file;
    bool ok = file || ((file = tmpfile()) && dup2(fileno(file), STDIN_FILENO) >= 0);
    ok = ok && ftruncate(STDIN_FILENO, 0) == 0 &&
         pwrite(STDIN_FILENO, data, size, 0) == (ssize_t)size &&
         lseek(STDIN_FILENO, 0, SEEK_SET) == 0;
    expect(ok, "a temporary file can be written");
}

/* Read all pixels, so that sanitizers check that they are initialised. */
static unsigned sum_of(const dp_gray *gray)
{
    unsigned sum = 0;
    expect(gray->width >= 1 && gray->width <= DP_IMAGE_MAX_SIDE && gray->height >= 1 &&
               gray->height <= DP_IMAGE_MAX_SIDE,
           "sizes are bounded");
    for (int i = 0; i < gray->width * gray->height; i++)
        sum += gray->pixel[i];
    return sum;
}

static bool run_images(const char *format, const uint8_t *data, size_t size)
{
    enum { MAX_RECORDS = 64 };
    dp_source *s;
    dp_reader *r;
    dp_record record = { .kind = DP_RECORD_IMAGE };
    bool good = true;
    set_stdin(data, size);
    if (dp_source_open(&s, "-", NULL) != DP_OK)
        return false;
    expect(dp_reader_create(&r, s, format, NULL) == DP_OK, "the format is known");
    for (int i = 0; i < MAX_RECORDS && record.kind != DP_RECORD_END; i++) {
        if (dp_reader_next(&record, r, NULL) != DP_OK)
            good = false;
        else if (record.kind == DP_RECORD_IMAGE)
            (void)sum_of(&record.gray);
    }
    dp_reader_free(r);
    dp_source_close(s);
    return good;
}

static bool run_pnm(const uint8_t *data, size_t size)
{
    return run_images("pgm", data, size);
}

static bool run_png(const uint8_t *data, size_t size)
{
    return run_images("png", data, size);
}

/* A chunk is a length, a name, bytes of that length and their checksum. */
static void repair_png(uint8_t *data, size_t size)
{
    for (size_t at = 8; at + 12 <= size;) {
        uint32_t n = (uint32_t)data[at] << 24 | (uint32_t)data[at + 1] << 16 |
                     (uint32_t)data[at + 2] << 8 | data[at + 3];
        if (n > size - at - 12)
            return;
        uint32_t sum = (uint32_t)crc32(0, data + at + 4, n + 4);
        for (int i = 0; i < 4; i++)
            data[at + 8 + n + (size_t)i] = (uint8_t)(sum >> (24 - 8 * i));
        at += 12 + (size_t)n;
    }
}

static bool run_jpeg(const uint8_t *data, size_t size)
{
    return run_images("jpeg", data, size);
}

static bool run_npy(const uint8_t *data, size_t size)
{
    return run_images("npy", data, size);
}

static bool run_npz(const uint8_t *data, size_t size)
{
    return run_images("npz", data, size);
}

/* Any format, by its first bytes. */
static bool run_auto(const uint8_t *data, size_t size)
{
    return run_images("auto", data, size);
}

/* With both readers: one image at a time, as in predict, and the whole file, as in
 * train. */
static bool run_idx(const uint8_t *data, size_t size)
{
    dp_idx idx;
    bool good = run_images("idx", data, size);
    set_stdin(data, size);
    if (dp_idx_read(&idx, "-", NULL) != DP_OK)
        return good;
    expect(idx.rank == 1 || idx.rank == 3, "ranks are 1 or 3");
    dp_idx_clear(&idx);
    return true;
}

static bool run_csv(const uint8_t *data, size_t size)
{
    return run_images("csv", data, size);
}

static bool run_ndjson(const uint8_t *data, size_t size)
{
    return run_images("ndjson", data, size);
}

/* A table for 24 images. */
static bool run_writers(const uint8_t *data, size_t size)
{
    bool held_out[24];
    int n = 0;
    set_stdin(data, size);
    if (dp_writers_hold_out(held_out, DP_COUNT(held_out), "-", NULL) != DP_OK)
        return false;
    for (size_t i = 0; i < DP_COUNT(held_out); i++)
        n += held_out[i];
    expect(n > 0 && n <= 13, "eleven writers or more train, and one is held out");
    return true;
}

/* ---- the terminal -------------------------------------------------------------------- */

static void check_event(const dp_event *e)
{
    enum { MOST = 32767 };
    if (e->kind == DP_EVENT_MOUSE)
        expect(e->x >= 0 && e->x <= MOST && e->y >= 0 && e->y <= MOST && e->button >= 0 &&
                   e->button <= 3,
               "mouse reports are bounded");
    if (e->kind == DP_EVENT_KEY)
        expect(e->key > 0 && e->key <= DP_KEY_DELETE, "keys are known");
    if (e->kind != DP_EVENT_STRING)
        return;
    size_t length = strlen(e->text);
    expect(length < DP_INPUT_MAX_TEXT, "strings are bounded");
    for (size_t i = 0; i < length; i++)
        expect(e->text[i] >= ' ' && e->text[i] < 0x7f, "strings can be printed");
}

static void check_caps(const dp_caps *caps)
{
    for (const char *at = caps->name; *at; at++)
        expect(*at >= ' ' && *at < 0x7f, "names can be printed");
    expect(caps->cell_w >= 0 && caps->cell_w <= 512 && caps->cell_h >= 0 &&
               caps->cell_h <= 512,
           "cells have a sane size");
    expect(caps->background >= 0 && caps->background <= 1, "a luminance is 0 to 1");
}

/* Replies to the pad's queries. They are good if the last one comes, and none is taken for a key
 * or a mouse report. */
static bool run_terminal(const uint8_t *data, size_t size)
{
    static const char key_up[] = "\033[201~\033[A"; /* after the end of a paste */
    dp_input in = { .expecting = true };
    dp_caps caps = { 0 };
    dp_event e;
    bool good = true, found = false;
    for (size_t i = 0; i < size; i++) {
        if (!dp_input_feed(&in, &e, data[i], 0))
            continue;
        check_event(&e);
        good &= e.kind != DP_EVENT_KEY && e.kind != DP_EVENT_MOUSE;
        dp_caps_reply(&caps, &e, 80, 24);
    }
    check_caps(&caps);
    for (const char *at = key_up; *at; at++)
        found = dp_input_feed(&in, &e, (unsigned char)*at, 0);
    expect(found && e.key == DP_KEY_UP, "whatever came, the next sequence is read");
    return good && caps.complete;
}

/* ---- all targets ------------------------------------------------------------------- */

const dp_target *dp_target_named(const char *name)
{
    static const dp_target targets[] = {
        { "safetensors", run_safetensors, repair_safetensors },
        { "onnx", run_onnx, NULL },
        { "json", run_json, NULL },
        { "pnm", run_pnm, NULL },
        { "png", run_png, repair_png },
        { "jpeg", run_jpeg, NULL },
        { "npy", run_npy, NULL },
        { "npz", run_npz, NULL },
        { "auto", run_auto, NULL },
        { "idx", run_idx, NULL },
        { "csv", run_csv, NULL },
        { "ndjson", run_ndjson, NULL },
        { "writers", run_writers, NULL },
        { "terminal", run_terminal, NULL },
    };
    for (size_t i = 0; i < DP_COUNT(targets); i++)
        if (strcmp(targets[i].name, name) == 0)
            return &targets[i];
    return NULL;
}
