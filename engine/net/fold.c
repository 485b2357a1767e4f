#include "config.h"

#include "engine/net/fold.h"

#include <math.h>
#include <string.h>

dp_code dp_fold_plan(dp_fold *out, const dp_spec *spec, dp_err *err)
{
    dp_spec plain;
    int kept[DP_MAX_LAYERS];
    dp_spec_inference(&plain, spec, kept);
    if (dp_spec_ends_in_softmax(&plain))
        plain.n_layers--;

    dp_fold fold = { .spec = { .shape = { spec->shape[0] } } };
    for (int i = 0; i < plain.n_layers; i++) {
        const int n = fold.spec.n_layers;
        const dp_layer *layer = &plain.layer[i];
        if (layer->kind == DP_OP_BN && n > 0 && fold.norm[n - 1] < 0 &&
            dp_op_get(fold.spec.layer[n - 1].kind)->linear) {
            fold.norm[n - 1] = kept[i];
            fold.spec.layer[n - 1].bias = true;
            continue;
        }
        fold.source[n] = kept[i];
        fold.norm[n] = -1;
        fold.spec.layer[n] = *layer;
        fold.spec.shape[n + 1] = plain.shape[i + 1];
        fold.spec.n_layers++;
    }
    dp_code code = dp_params_layout(&fold.layout, &fold.spec, err);
    if (code == DP_OK)
        *out = fold;
    return code;
}

bool dp_fold_is_identity(const dp_fold *fold, const dp_params *layout)
{
    bool folds = fold->layout.count != layout->count;
    for (int i = 0; i < fold->spec.n_layers; i++)
        folds |= fold->norm[i] >= 0;
    return !folds;
}

/* Write y = γ·(W·x + b − mean)/√(var + eps) + β as one weight and bias per output
 * channel. */
static void fold_channels(dp_op_call *to, const dp_op_call *from, const dp_op_call *norm)
{
    float *weight = to->grad[DP_WEIGHT], *bias = to->grad[DP_BIAS];
    const int channels = to->layer->out;
    const size_t per_channel = dp_op_depth(to->layer, to->in);
    const float *w = from->param[DP_WEIGHT], *b = from->param[DP_BIAS];
    for (int c = 0; c < channels; c++) {
        double scale =
            (double)norm->param[DP_GAMMA][c] /
            sqrt((double)norm->param[DP_RUNNING_VAR][c] + (double)norm->layer->value);
        for (size_t j = 0; j < per_channel; j++)
            *weight++ = (float)(scale * (double)*w++);
        double shifted = (b ? (double)b[c] : 0) - (double)norm->param[DP_RUNNING_MEAN][c];
        bias[c] = (float)(scale * shifted + (double)norm->param[DP_BETA][c]);
    }
}

void dp_fold_params(float *out, const dp_fold *fold, const dp_spec *spec,
                    const dp_params *layout, const float *params)
{
    for (int i = 0; i < fold->spec.n_layers; i++) {
        dp_op_call to, from, norm;
        dp_params_bind(&to, &fold->spec, &fold->layout, i, out, out);
        dp_params_bind(&from, spec, layout, fold->source[i], params, NULL);
        if (fold->norm[i] >= 0) {
            dp_params_bind(&norm, spec, layout, fold->norm[i], params, NULL);
            fold_channels(&to, &from, &norm);
            continue;
        }
        for (int j = 0; j < fold->layout.n; j++) {
            const dp_param *p = &fold->layout.param[j];
            if (p->layer == i)
                memcpy(out + p->offset, from.param[p->role], p->count * sizeof *out);
        }
    }
}
