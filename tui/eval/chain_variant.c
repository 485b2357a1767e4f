#include "config.h"

#include "tui/eval/chain_variant.h"

#include "engine/layers/op.h"

#include <string.h>

static const dp_op_kind nothing = DP_OP_FLATTEN;

int dp_chain_functions(dp_layer out[DP_MAX_FUNCTIONS])
{
    static const float slopes[] = { 0.1f, 0.2f, 0.3f }; /* besides the default */
    int n = 0;
    out[n++] = (dp_layer){ .kind = DP_OP_RELU };
    for (int kind = 0; kind < DP_OP_COUNT && n < DP_MAX_FUNCTIONS - 1; kind++) {
        const dp_op *op = dp_op_get((dp_op_kind)kind);
        if (op->quant != DP_QUANT_LOOKUP || kind == DP_OP_RELU)
            continue;
        dp_layer layer = op->defaults;
        layer.kind = (dp_op_kind)kind;
        out[n++] = layer;
        for (size_t i = 0; kind == DP_OP_LEAKY_RELU && i < DP_COUNT(slopes); i++) {
            layer.value = slopes[i];
            out[n++] = layer;
        }
    }
    out[n++] = (dp_layer){ .kind = nothing };
    return n;
}

static void add_site(dp_chain_sites *out, const dp_spec *spec, dp_site_kind kind,
                     int layer)
{
    const dp_shape shape = spec->shape[layer];
    out->site[out->n++] = (dp_chain_site){ kind, layer, shape.h * shape.w == 1 };
}

void dp_chain_sites_find(dp_chain_sites *out, const dp_spec *spec)
{
    out->n = 0;
    for (int i = 0; i < spec->n_layers; i++) {
        const dp_op_kind kind = spec->layer[i].kind;
        const dp_op_kind next =
            i + 1 < spec->n_layers ? spec->layer[i + 1].kind : DP_OP_FLATTEN;
        if (kind == DP_OP_RELU)
            add_site(out, spec, DP_SITE_FUNCTION, i);
        if (kind == DP_OP_MAXPOOL)
            add_site(out, spec, DP_SITE_POOL, i);
        if ((kind == DP_OP_RELU && next == DP_OP_BN) ||
            (kind == DP_OP_BN && next == DP_OP_RELU))
            add_site(out, spec, DP_SITE_NORM, i);
    }
}

int dp_chain_site_choices(const dp_chain_site *site, int n_functions)
{
    return site->kind == DP_SITE_FUNCTION ? n_functions : 2;
}

/* Change a copy of the chain in its places; a function that is left out becomes `nothing`. */
static void change(dp_layer *layer, const dp_chain_sites *sites,
                   const unsigned char *choice, const dp_layer *functions)
{
    for (int i = 0; i < sites->n; i++) {
        dp_layer *at = &layer[sites->site[i].layer];
        if (sites->site[i].kind == DP_SITE_FUNCTION)
            *at = functions[choice[i]];
        if (sites->site[i].kind == DP_SITE_POOL && choice[i]) {
            at->kind = DP_OP_AVGPOOL;
            at->count_pad = true;
        }
    }
    for (int i = 0; i < sites->n; i++) {
        dp_layer *at = &layer[sites->site[i].layer];
        if (sites->site[i].kind == DP_SITE_NORM && choice[i]) {
            const dp_layer first = at[0];
            at[0] = at[1];
            at[1] = first;
        }
    }
}

dp_code dp_chain_variant(dp_spec *out, const dp_spec *spec, const dp_chain_sites *sites,
                         const unsigned char *choice, dp_err *err)
{
    dp_layer functions[DP_MAX_FUNCTIONS], layer[DP_MAX_LAYERS];
    bool kept[DP_MAX_LAYERS];
    dp_chain_functions(functions);
    memcpy(layer, spec->layer, sizeof layer);
    change(layer, sites, choice, functions);
    for (int i = 0; i < spec->n_layers; i++)
        kept[i] = layer[i].kind != nothing || spec->layer[i].kind == nothing;
    *out = (dp_spec){ .shape = { spec->shape[0] } };
    for (int i = 0; i < spec->n_layers; i++)
        if (kept[i])
            out->layer[out->n_layers++] = layer[i];
    return dp_spec_infer(out, err);
}
