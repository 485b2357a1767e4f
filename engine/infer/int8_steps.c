#include "config.h"

#include "engine/infer/int8_steps.h"

#include "engine/layers/window.h"

#include <string.h>

static dp_quant_kind kind_at(const dp_spec *spec, int i)
{
    return dp_op_get(spec->layer[i].kind)->quant;
}

/* Whether the next product is a dense layer, which can read its input in any order. */
static bool leads_to_dense(const dp_spec *spec, int i)
{
    while (i < spec->n_layers &&
           (kind_at(spec, i) == DP_QUANT_LOOKUP || kind_at(spec, i) == DP_QUANT_RESHAPE))
        i++;
    return i < spec->n_layers && spec->layer[i].kind == DP_OP_DENSE;
}

/* Whether the table falls and then rises: its maximum over a set of inputs is then at the
 * smallest or at the largest input. */
static bool is_valley(const uint8_t table[256])
{
    bool rising = false;
    for (int i = 1; i < 256; i++) {
        if (rising && table[i] < table[i - 1])
            return false;
        rising = rising || table[i] > table[i - 1];
    }
    return true;
}

/* table = after(table) */
static void compose(uint8_t table[256], const uint8_t after[256])
{
    for (int i = 0; i < 256; i++)
        table[i] = after[table[i]];
}

/* Fuse layer i into the product. False if neither it nor a later layer can be fused. */
static bool fuse(dp_int8_step *s, const dp_quant *q, int i)
{
    const dp_layer *layer = &q->spec.layer[i];
    const dp_op *op = dp_op_get(layer->kind);
    dp_int8_epilogue *epilogue = &s->product.epilogue;
    if (op->quant == DP_QUANT_RESHAPE)
        return leads_to_dense(&q->spec, i);
    if (op->quant == DP_QUANT_MAXPOOL) {
        if (s->kind != DP_INT8_CONV || epilogue->pool != DP_INT8_NO_POOL ||
            !dp_window_two_by_two(layer) || (epilogue->table && !is_valley(s->table)))
            return false;
        epilogue->pool = DP_INT8_POOL_ROWS;
        epilogue->table_first = epilogue->table != NULL;
        s->out = q->spec.shape[i + 1];
        return true;
    }
    if (op->quant != DP_QUANT_LOOKUP ||
        (epilogue->table_first && epilogue->pool != DP_INT8_NO_POOL))
        return false;
    if (op->act == DP_ACT_RELU && !epilogue->table) {
        epilogue->low = 0;
        return true;
    }
    uint8_t table[256];
    dp_quant_table(table, q, i);
    if (epilogue->table)
        compose(s->table, table);
    else
        memcpy(s->table, table, sizeof s->table);
    epilogue->table = s->table;
    return true;
}

/* The product of layer i, with fusion; returns the first layer of the next step. */
static int make_product(dp_int8_step *s, const dp_quant *q, int i)
{
    dp_int8_epilogue *epilogue = &s->product.epilogue;
    s->kind = q->spec.layer[i].kind == DP_OP_DENSE ? DP_INT8_DENSE : DP_INT8_CONV;
    epilogue->pool = DP_INT8_NO_POOL;
    epilogue->to_float = i == q->last;
    i++;
    if (epilogue->to_float)
        return i;
    epilogue->zero = q->layer[i].in_zero;
    epilogue->low = (float)-epilogue->zero;
    epilogue->high = (float)(UINT8_MAX - epilogue->zero);
    while (i <= q->last && fuse(s, q, i))
        i++;
    return i;
}

/* The step that begins with layer i; returns the first layer of the next step. */
static int make_step(dp_int8_step *s, const dp_quant *q, int i)
{
    *s =
        (dp_int8_step){ .layer = i, .in = q->spec.shape[i], .out = q->spec.shape[i + 1] };
    switch (kind_at(&q->spec, i)) {
    case DP_QUANT_WEIGHTS:
        return make_product(s, q, i);
    case DP_QUANT_LOOKUP:
        s->kind = DP_INT8_LOOKUP;
        dp_quant_table(s->table, q, i);
        break;
    case DP_QUANT_MAXPOOL:
        s->kind = DP_INT8_MAXPOOL;
        break;
    case DP_QUANT_AVGPOOL:
        s->kind = DP_INT8_AVGPOOL;
        break;
    default:
        s->kind = DP_INT8_FLATTEN;
    }
    return i + 1;
}

int dp_int8_make_steps(dp_int8_step step[DP_MAX_LAYERS], const dp_quant *q)
{
    int n = 0;
    for (int i = 0; i <= q->last;) {
        if (kind_at(&q->spec, i) == DP_QUANT_RESHAPE && leads_to_dense(&q->spec, i)) {
            i++; /* the weights are packed in NHWC order instead */
            continue;
        }
        i = make_step(&step[n++], q, i);
    }
    return n;
}
