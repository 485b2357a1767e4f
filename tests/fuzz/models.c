/* Networks, and what belongs to them: checkpoints, and the rehearsal set. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/infer/model.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"
#include "weights/data/rehearsal.h"
#include "weights/io/fingerprint.h"
#include "weights/io/fsio.h"
#include "weights/library/predictor.h"
#include "weights/model/checkpoint.h"
#include "weights/model/int8_json.h"
#include "weights/model/model_read.h"
#include "weights/onnx/onnx.h"
#include "weights/safetensors/safetensors.h"
#include "weights/store/network_model.h"
#include "weights/store/network_trust.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A rule that is read has finite weights. */
static void check_trust(const dp_network *network)
{
    dp_trust_rule rule;
    if (dp_network_trust(&rule, network, NULL) != DP_OK)
        return;
    dp_expect(isfinite(rule.bias) && isfinite(rule.evidence) && isfinite(rule.odds) &&
                  rule.least < INFINITY,
              "rules of trust are finite");
}

/* The number of parameters of a network, which are all readable. */
static size_t count_params(const dp_network *network)
{
    dp_params layout;
    dp_spec spec = network->spec;
    dp_expect(dp_spec_infer(&spec, NULL) == DP_OK, "shapes fit");
    dp_expect(dp_params_layout(&layout, &spec, NULL) == DP_OK,
              "parameters have a layout");
    double sum = 0;
    for (size_t i = 0; i < layout.count && network->params; i++)
        sum += (double)network->params[i];
    (void)sum;
    return layout.count;
}

/* The contract of every reader of networks: shapes fit and all parameters are there. */
static void check_network(const dp_network *network)
{
    dp_expect(network->params || network->quant,
              "there are parameters, or an 8-bit network");
    count_params(network);
    check_trust(network);
}

/* What is written as safetensors is read again as the same network. */
static void check_round_trip(const dp_network *network)
{
    char path[PATH_MAX];
    unsigned char *written;
    size_t size, count = count_params(network);
    dp_network again;
    snprintf(path, sizeof path, "%s/again.safetensors", dp_expect_folder());
    if (dp_network_file_write_network(path, network, NULL) != DP_OK)
        return; /* it has an infinite parameter */
    dp_expect(dp_fsio_read(&written, &size, path, DP_ST_MAX_FILE, NULL) == DP_OK,
              "a file that was written can be read");
    dp_expect(dp_model_read(&again, written, size, NULL, NULL) == DP_OK,
              "a network that was written is read");
    dp_expect(again.spec.n_layers == network->spec.n_layers &&
                  !again.quant == !network->quant,
              "it is of the same form");
    dp_expect(!network->params || !again.params ||
                  memcmp(again.params, network->params, count * sizeof(float)) == 0,
              "it has the same parameters");
    dp_network_clear(&again);
    free(written);
}

static bool read_model(const uint8_t *data, size_t size,
                       const dp_network_file_options *options)
{
    dp_network network;
    dp_err err;
    if (dp_model_read(&network, data, size, options, &err) != DP_OK) {
        dp_expect_message(&err);
        return false;
    }
    check_network(&network);
    check_round_trip(&network);
    dp_network_clear(&network);
    return true;
}

static bool run_safetensors(const uint8_t *data, size_t size)
{
    dp_safetensors st;
    dp_err err;
    if (dp_safetensors_parse(&st, data, size, &err) != DP_OK) {
        dp_expect_message(&err);
        return false;
    }
    size_t bytes = 0;
    for (int i = 0; i < st.n_tensors; i++) {
        const dp_st_tensor *t = &st.tensor[i];
        bytes += t->count * dp_dtype_size(t->dtype);
        dp_expect(t->data >= data && t->data <= data + size,
                  "tensors are inside the file");
    }
    dp_expect(bytes <= size, "tensors are no larger than the file");
    bool own = dp_safetensors_meta(&st, "digitpad.arch") != NULL;
    dp_safetensors_clear(&st);
    const dp_network_file_options foreign = { .arch = "avgpool 14 | flatten | dense 10",
                                              .norm_given = true };
    read_model(data, size, own ? NULL : &foreign);
    if (!own)
        read_model(data, size, NULL);
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

/* Networks of 8 bits in the same format, whose file must be accepted as a network. */
static bool run_int8(const uint8_t *data, size_t size)
{
    return read_model(data, size, NULL);
}

/* A network that is read can be written and read again. */
static bool run_onnx(const uint8_t *data, size_t size)
{
    dp_network network, again;
    unsigned char *written;
    size_t written_size;
    dp_err err;
    if (dp_onnx_read(&network, data, size, NULL, NULL, &err) != DP_OK) {
        dp_expect_message(&err);
        return false;
    }
    check_network(&network);
    dp_code code = dp_onnx_write(&written, &written_size, &network, NULL);
    dp_expect(code == DP_OK, "a network that was read can be written");
    code = dp_onnx_read(&again, written, written_size, NULL, NULL, NULL);
    dp_expect(code == DP_OK || network.spec.n_layers > DP_MAX_LAYERS / 2,
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
    dp_err err;
    if (dp_int8_json_read(&network, data, size, &err) != DP_OK) {
        dp_expect_message(&err);
        return false;
    }
    check_network(&network);
    check_round_trip(&network);
    dp_network_clear(&network);
    return true;
}

/* A model that is opened predicts a digit. */
static void predict_one(const dp_model *model)
{
    static const uint8_t pixels[DP_PIXELS] = { [406] = 255, [407] = 255, [434] = 99 };
    const dp_predictor_options how = { .capacity = 1, .threads = 1 };
    const dp_record record = { .kind = DP_RECORD_IMAGE,
                               .gray = { pixels, DP_SIDE, DP_SIDE } };
    dp_predictor predictor;
    dp_result result;
    if (dp_predictor_init(&predictor, model, &how, NULL) != DP_OK)
        return;
    if (dp_predictor_add(&result, &predictor, &record, NULL) == DP_OK) {
        dp_predictor_run(&predictor);
        const int best = result.prediction ? result.prediction->rank[0] : 0;
        dp_expect(best >= 0 && best < DP_DIGITS, "an answer is a digit");
    }
    dp_predictor_clear(&predictor);
}

/* Files of any format, which are not only read but run. */
static bool run_model(const uint8_t *data, size_t size)
{
    enum { MACS = 1 << 20 }; /* larger networks would only be slow */
    dp_network network;
    dp_model *model;
    dp_err err;
    if (dp_model_read(&network, data, size, NULL, &err) != DP_OK) {
        dp_expect_message(&err);
        return false;
    }
    if (dp_spec_macs(&network.spec) <= MACS &&
        dp_network_model(&model, &network, "it", NULL, NULL) == DP_OK) {
        if (dp_model_check_digits(model, NULL) == DP_OK)
            predict_one(model);
        dp_model_unref(model);
    }
    dp_network_clear(&network);
    return true;
}

/* ---- checkpoints ---------------------------------------------------------------------- */

enum { COUNT = 2, CHECKPOINT_HEAD = 24 };

static bool run_checkpoint(const uint8_t *data, size_t size)
{
    static const char run[] = "seed 1\nchain dense 10\n";
    float array[DP_TRAIN_ARRAYS][COUNT] = { 0 };
    dp_train_state state = { .epoch = 7 };
    dp_err err;
    for (int i = 0; i < DP_TRAIN_ARRAYS; i++)
        state.array[i] = array[i];
    const char *path = dp_expect_file("checkpoint", data, size);
    if (dp_checkpoint_read(&state, path, run, COUNT, &err) != DP_OK) {
        dp_expect_message(&err);
        dp_expect(state.epoch == 7 && array[0][0] == 0, "a failure changes nothing");
        return false;
    }
    unsigned char *again;
    size_t again_size;
    char other[PATH_MAX];
    snprintf(other, sizeof other, "%s/other", dp_expect_folder());
    dp_expect(dp_checkpoint_write(other, run, &state, COUNT, NULL) == DP_OK,
              "it can be written again");
    dp_expect(dp_fsio_read(&again, &again_size, other, size, NULL) == DP_OK, "and read");
    dp_expect(again_size == size && memcmp(again, data, size) == 0,
              "with the same bytes");
    free(again);
    return true;
}

static void repair_checkpoint(uint8_t *data, size_t size)
{
    if (size < CHECKPOINT_HEAD)
        return;
    const uint64_t sum = dp_fingerprint(DP_FINGERPRINT_EMPTY, data + CHECKPOINT_HEAD,
                                        size - CHECKPOINT_HEAD);
    for (size_t i = 0; i < 8; i++)
        data[CHECKPOINT_HEAD - 8 + i] = (uint8_t)(sum >> 8 * i);
}

/* ---- the rehearsal set ---------------------------------------------------------------- */

static bool run_rehearsal(const uint8_t *data, size_t size)
{
    dp_rehearsal set;
    dp_err err;
    if (dp_rehearsal_read(&set, data, size, &err) != DP_OK) {
        dp_expect_message(&err);
        return false;
    }
    for (int i = 0; i < set.n; i++)
        dp_expect(set.label[i] <= DP_REHEARSAL_NO_DIGIT &&
                      set.collection[i] < DP_REHEARSAL_COLLECTIONS && set.weight[i] >= 0,
                  "labels and collections are known");
    dp_rehearsal_clear(&set);
    return true;
}

const dp_target dp_targets_models[] = {
    { "safetensors", run_safetensors, repair_safetensors, 640 },
    { "int8", run_int8, repair_safetensors, 2048 },
    { "onnx", run_onnx, NULL, 1024 },
    { "json", run_json, NULL, 1200 },
    { "model", run_model, repair_safetensors, 640 },
    { "checkpoint", run_checkpoint, repair_checkpoint, 256 },
    { "rehearsal", run_rehearsal, NULL, 64 },
    { 0 },
};
