#include "config.h"

#include "engine/infer/int8_pack.h"

#include "engine/core/arith.h"

#include <string.h>

enum { LANES = DP_INT8_CHANNELS, DEPTH = DP_INT8_DEPTH };

/* ---- rows ------------------------------------------------------------------------ */

int dp_int8_channel_start(const dp_layer *layer, int channels, int size, int block)
{
    const int group = block * LANES / (layer->out / layer->groups);
    const int start = group * (channels / layer->groups);
    return start + size <= channels ? start : channels - size;
}

/* The number of channels of the widest span. */
static int channel_span(const dp_layer *layer, int channels)
{
    const int each = layer->out / layer->groups, width = channels / layer->groups;
    int most = 0;
    for (int first = 0; first < layer->out; first += LANES) {
        const int last = first + LANES <= layer->out ? first + LANES - 1 : layer->out - 1;
        const int n = last / each - first / each + 1;
        most = n > most ? n : most;
    }
    return most * width;
}

bool dp_int8_has_lines(const dp_int8_step *s, const dp_quant *q)
{
    const dp_layer *layer = &q->spec.layer[s->layer];
    return s->kind == DP_INT8_CONV && layer->groups == 1 && layer->dilation[1] == 1;
}

/* Bytes of the input from what a pixel of a row reads to what the next one reads. */
static int pixel_step(const dp_int8_step *s, const dp_quant *q)
{
    return q->spec.layer[s->layer].stride[1] * s->in.c;
}

dp_int8_geometry dp_int8_geometry_of(const dp_int8_step *s, const dp_quant *q)
{
    const dp_layer *layer = &q->spec.layer[s->layer];
    dp_int8_geometry g = { .taps = { 1, 1 }, .depth = (int)dp_quant_depth(q, s->layer) };
    if (s->kind == DP_INT8_DENSE) {
        g.size = g.depth;
    } else if (dp_int8_has_lines(s, q)) {
        g.taps[0] = layer->kernel[0];
        g.size = layer->kernel[1] * s->in.c + (s->pixels - 1) * pixel_step(s, q);
    } else {
        g.taps[0] = layer->kernel[0];
        g.taps[1] = layer->kernel[1];
        g.size = layer->groups == 1 ? s->in.c : channel_span(layer, s->in.c);
    }
    g.groups = dp_ceil_div_int(g.size, DEPTH);
    return g;
}

void dp_int8_place_groups(int *group_at, const dp_int8_step *s, const dp_quant *q)
{
    const dp_int8_geometry g = dp_int8_geometry_of(s, q);
    const dp_layer *layer = &q->spec.layer[s->layer];
    const bool conv = s->kind == DP_INT8_CONV;
    const int down = conv ? layer->dilation[0] * s->from.row : 0;
    const int across = conv ? layer->dilation[1] * s->from.pixel : 0;
    for (int t = 0; t < g.taps[0] * g.taps[1]; t++)
        for (int i = 0; i < g.groups; i++)
            *group_at++ = t / g.taps[1] * down + t % g.taps[1] * across + i * DEPTH;
}

/* ---- weights --------------------------------------------------------------------- */

int dp_int8_lane(const dp_int8_step *s, int pixel, int o)
{
    return pixel * s->spacing + o;
}

/* The weight of output channel o for byte b of a tap; 0 if the channel does not read that
 * byte. */
static int8_t conv_weight(const dp_int8_step *s, const dp_quant *q,
                          const dp_int8_geometry *g, int o, int tap, int b)
{
    const dp_layer *layer = &q->spec.layer[s->layer];
    const int ty = tap / g->taps[1];
    int tx = tap % g->taps[1];
    const int width = s->in.c / layer->groups; /* channels of a group */
    int c = b;
    if (g->taps[1] != layer->kernel[1]) {
        tx = b / s->in.c;
        c = b % s->in.c;
    }
    if (layer->groups > 1) {
        c += dp_int8_channel_start(layer, s->in.c, g->size, o / LANES) -
             o / (layer->out / layer->groups) * width;
        if (c < 0 || c >= width)
            return 0;
    }
    const int at = (c * layer->kernel[0] + ty) * layer->kernel[1] + tx;
    return q->layer[s->layer].weight[(size_t)o * (size_t)g->depth + (size_t)at];
}

/* The position in the packed weights of byte b of a group of channel o. */
static size_t packed_at(int groups, int o, int group, int b)
{
    return (((size_t)(o / LANES) * (size_t)groups + (size_t)group) * LANES +
            (size_t)(o % LANES)) *
               DEPTH +
           (size_t)b;
}

/* Pack n weights of a channel, which are `step` apart, from the start of a group on. */
static void put_weights(int8_t *to, const int8_t *w, ptrdiff_t step, int n)
{
    for (; n >= DEPTH; n -= DEPTH, to += LANES * DEPTH, w += DEPTH * step) {
        const int8_t group[DEPTH] = { w[0], w[step], w[2 * step], w[3 * step] };
        memcpy(to, group, DEPTH);
    }
    for (int b = 0; b < n; b++)
        to[b] = w[b * step];
}

/* The group in which the channels of a position of the kernel begin. */
static int position_group(const dp_int8_step *s, const dp_int8_geometry *g,
                          int kernel_width, int at)
{
    if (g->taps[1] == kernel_width)
        return at * g->groups;
    return at / kernel_width * g->groups + at % kernel_width * s->in.c / DEPTH;
}

/* Pack pixel `pixel` of each row, for layers without channel groups in which every position
 * begins a new group of bytes. */
static void pack_positions(int8_t *to, const dp_int8_step *s, const dp_quant *q,
                           const dp_int8_geometry *g, int pixel)
{
    const dp_layer *layer = &q->spec.layer[s->layer];
    const int positions = layer->kernel[0] * layer->kernel[1];
    const int shift = pixel * pixel_step(s, q) / DEPTH;
    for (int o = 0; o < layer->out; o++) {
        const int8_t *w = q->layer[s->layer].weight + (size_t)o * (size_t)g->depth;
        for (int t = 0; t < positions; t++) {
            const int group = position_group(s, g, layer->kernel[1], t) + shift;
            put_weights(
                to + packed_at(s->product.groups, dp_int8_lane(s, pixel, o), group, 0),
                w + t, positions, s->in.c);
        }
    }
}

/* The same for any layer. */
static void pack_bytes(int8_t *to, const dp_int8_step *s, const dp_quant *q,
                       const dp_int8_geometry *g, int pixel)
{
    const int shift = pixel * pixel_step(s, q);
    const int size = g->size - (s->pixels - 1) * pixel_step(s, q); /* for one pixel */
    for (int o = 0; o < q->spec.layer[s->layer].out; o++)
        for (int t = 0; t < g->taps[0] * g->taps[1]; t++)
            for (int b = 0; b < size; b++)
                to[packed_at(s->product.groups, dp_int8_lane(s, pixel, o),
                             t * g->groups + (b + shift) / DEPTH, (b + shift) % DEPTH)] =
                    conv_weight(s, q, g, o, t, b);
}

static void pack_conv(int8_t *to, const dp_int8_step *s, const dp_quant *q)
{
    const dp_int8_geometry g = dp_int8_geometry_of(s, q);
    const bool whole = q->spec.layer[s->layer].groups == 1 && s->in.c % DEPTH == 0;
    for (int pixel = 0; pixel < s->pixels; pixel++)
        (whole ? pack_positions : pack_bytes)(to, s, q, &g, pixel);
}

/* Reorder the weights from NCHW to NHWC, the layout of the input. */
static void pack_dense(int8_t *to, const dp_int8_step *s, const dp_quant *q)
{
    const dp_int8_product *p = &s->product;
    const dp_shape in = s->from.shape;
    const int pixels = in.h * in.w, k = in.c * pixels;
    for (int o = 0; o < p->channels; o++) {
        const int8_t *w = q->layer[s->layer].weight + (size_t)o * (size_t)k;
        if (in.c == 1) {
            put_weights(to + packed_at(p->groups, o, 0, 0), w, 1, k);
            continue;
        }
        for (int i = 0; i < pixels && in.c % DEPTH == 0; i++)
            put_weights(to + packed_at(p->groups, o, i * in.c / DEPTH, 0), w + i, pixels,
                        in.c);
        for (int i = 0, at = 0; i < pixels && in.c % DEPTH != 0; i++)
            for (int c = 0; c < in.c; c++, at++)
                to[packed_at(p->groups, o, at / DEPTH, at % DEPTH)] = w[c * pixels + i];
    }
}

void dp_int8_pack(int8_t *to, const dp_int8_step *s, const dp_quant *q)
{
    if (s->kind == DP_INT8_DENSE)
        pack_dense(to, s, q);
    else
        pack_conv(to, s, q);
}
