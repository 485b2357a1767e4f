#include "config.h"

#include "weights/safetensors/chain_guess.h"

#include "engine/core/arith.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct workspace {
    dp_tensor_groups groups;
    dp_weighted_list list;
    dp_layer_order order[DP_MAX_ORDERS];
} workspace;

/* Find the chains with the axes of the weights in one order. */
static dp_code guess_with(dp_chain_choices *out, workspace *w, const dp_axis_order *axes,
                          int within, dp_err *err)
{
    bool fits;
    dp_code code = dp_weighted_list_make(&w->list, &fits, &w->groups, axes, err);
    if (code || !fits || w->list.n == 0)
        return code;
    const int n = dp_layer_orders_find(w->order, &w->list);
    for (int i = 0; i < n && !code; i++)
        code = dp_chain_search(out, &w->list, &w->order[i], axes, within, err);
    return code;
}

static dp_code guess(dp_chain_choices *out, workspace *w, const dp_safetensors *st,
                     int within, dp_err *err)
{
    const dp_axis_order *orders[DP_AXIS_ORDERS];
    dp_code code = dp_tensor_groups_collect(&w->groups, st, err);
    dp_axis_orders(orders, &w->groups);
    for (int i = 0; i < DP_AXIS_ORDERS && !code && out->n == 0; i++)
        code = guess_with(out, w, orders[i], within, err);
    while (out->n > 1 && out->choice[out->n - 1].cost > out->choice[0].cost + within)
        out->n--;
    for (int i = 0; i < out->n && !code; i++)
        code = dp_spec_infer(&out->choice[i].spec, err);
    if (!code && out->n == 0)
        code =
            dp_fail(err, DP_MODEL,
                    "its names and shapes do not tell how its layers form a chain for "
                    "28x28 grey images; give --arch ('digitpad info' lists the tensors)");
    return code;
}

dp_code dp_chain_guess(dp_chain_choices *out, const dp_safetensors *st, int within,
                       dp_err *err)
{
    workspace *w = calloc(1, sizeof *w);
    if (!w)
        return dp_fail(err, DP_NOMEM, "out of memory");
    out->n = 0;
    dp_code code = guess(out, w, st, within, err);
    free(w);
    return code;
}

enum { OFFERS = 4 };

/* The message ends with a few chains, and no more than it can hold. */
static dp_code offer(const dp_chain_choices *all, dp_err *err)
{
    char text[sizeof((dp_err *)0)->msg] = "";
    size_t used = 0;
    for (int i = 0; i < all->n && i < OFFERS; i++) {
        char chain[DP_MAX_SPEC_TEXT];
        dp_spec_format(chain, sizeof chain, &all->choice[i].spec);
        const size_t need = strlen(chain) + sizeof " or --arch=''";
        if (used + need + 160 > sizeof text)
            break;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s--arch='%s'",
                                 i ? " or " : "", chain);
    }
    return dp_fail(
        err, DP_MODEL,
        "its names and shapes fit several chains; give one of them, such as %s",
        used ? text : "--arch=CHAIN");
}

dp_code dp_chain_guess_one(dp_chain_choice *out, const dp_safetensors *st, dp_err *err)
{
    dp_chain_choices *all = calloc(1, sizeof *all);
    if (!all)
        return dp_fail(err, DP_NOMEM, "out of memory");
    dp_code code = dp_chain_guess(all, st, DP_GUESS_USUAL, err);
    if (!code) {
        if (all->n == 1)
            *out = all->choice[0];
        else
            code = offer(all, err);
    }
    free(all);
    return code;
}
