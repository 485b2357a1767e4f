#include "config.h"

#include "engine/train/channel_fusion.h"

/* Floats of a layer that run together: several such buffers fit in the L1 cache. */
enum { PART_FLOATS = 2560 };

static const dp_op *op_at(const dp_spec *spec, int i)
{
    return dp_op_get(spec->layer[i].kind);
}

int dp_fused_length(const dp_spec *spec, int i)
{
    int n = 1;
    if (!op_at(spec, i)->by_channel)
        return n;
    /* An op that measures batch statistics needs its whole input in memory, so it can
     * only be the first layer of a run. */
    while (n < DP_MAX_FUSED && i + n < spec->n_layers && op_at(spec, i + n)->by_channel &&
           !op_at(spec, i + n)->measure)
        n++;
    return n;
}

static size_t plane_of(dp_shape shape)
{
    return (size_t)shape.h * (size_t)shape.w;
}

/* The largest activation of one channel in the fused run. */
static size_t largest_plane(const dp_spec *spec, int i, int n)
{
    size_t most = 0;
    for (int j = i; j <= i + n; j++)
        if (plane_of(spec->shape[j]) > most)
            most = plane_of(spec->shape[j]);
    return most;
}

int dp_fused_channels(const dp_spec *spec, int i, int n)
{
    const size_t fit = PART_FLOATS / largest_plane(spec, i, n);
    const size_t all = (size_t)spec->shape[i].c;
    return (int)(fit < 1 ? 1 : fit < all ? fit : all);
}

size_t dp_fused_buffer_size(const dp_spec *spec, int i, int n)
{
    return largest_plane(spec, i, n) * (size_t)dp_fused_channels(spec, i, n);
}

/* ---- parts ----------------------------------------------------------------------- */

/* Channels of one image that run together. */
typedef struct part {
    int image, first, channels;
} part;

/* The offset of a part in an array of images of that shape. */
static size_t offset_of(const part *p, dp_shape shape)
{
    const size_t channel = (size_t)p->image * (size_t)shape.c + (size_t)p->first;
    return channel * plane_of(shape);
}

/* A layer's call for one part. */
static dp_op_call part_call(const dp_op_call *whole, const part *p)
{
    dp_op_call call = *whole;
    const dp_op *op = dp_op_get(whole->layer->kind);
    call.n = 1;
    call.in.c = call.out.c = p->channels;
    for (int role = 0; role < DP_ROLE_COUNT; role++)
        if (call.param[role])
            call.param[role] += p->first;
    if (op->saved) /* the same number of floats per channel */
        call.saved += op->saved(whole) / (size_t)whole->in.c * (size_t)p->first;
    return call;
}

/* Run the layers [0, n) on a part. y is the output of the run's last layer. */
static void part_forward(const dp_fused *s, const dp_op_call *call, int n, const float *x,
                         float *y)
{
    for (int j = 0; j < n; j++) {
        float *to = j + 1 < s->n ? s->between[j + 1] : y;
        dp_op_get(call[j].layer->kind)->forward(&call[j], x, to);
        x = to;
    }
}

/* The input and output of the run for a part, and their gradients. */
typedef struct part_arrays {
    const float *x, *y, *dy;
    float *dx;
} part_arrays;

/* Run the layers [first, s->n) backwards on a part. */
static void part_backward(const dp_fused *s, const dp_op_call *call, int first,
                          const part_arrays *a)
{
    const float *y = a->y, *dy = a->dy;
    for (int j = s->n - 1; j >= first; j--) {
        const float *input = j > 0 ? s->between[j] : a->x;
        float *gradient = j > first ? s->gradient[j % 2] : a->dx;
        dp_op_get(call[j].layer->kind)->backward(&call[j], input, y, dy, gradient);
        y = input;
        dy = gradient;
    }
}

/* The next part of an image; false after its last. */
static bool next_part(part *p, const dp_fused *s)
{
    const int remaining = s->call[0].in.c - p->first - p->channels;
    p->first += p->channels;
    p->channels = remaining < s->channels ? remaining : s->channels;
    return remaining > 0;
}

/* ---- all images ------------------------------------------------------------------ */

static void part_calls(dp_op_call call[DP_MAX_FUSED], const dp_fused *s, const part *p)
{
    for (int j = 0; j < s->n; j++)
        call[j] = part_call(&s->call[j], p);
}

void dp_fused_forward(const dp_fused *s, const float *x, float *y)
{
    const dp_op_call *head = &s->call[0];
    dp_op_call call[DP_MAX_FUSED];
    if (dp_op_get(head->layer->kind)->measure)
        dp_op_get(head->layer->kind)->measure(head, x);
    for (int i = 0; i < head->n; i++) {
        for (part p = { .image = i }; next_part(&p, s);) {
            part_calls(call, s, &p);
            part_forward(s, call, s->n, x + offset_of(&p, head->in),
                         y + offset_of(&p, s->call[s->n - 1].out));
        }
    }
}

void dp_fused_backward(const dp_fused *s, const float *x, const float *y, const float *dy,
                       float *dx, bool wanted)
{
    const dp_op_call *head = &s->call[0];
    const dp_op *op = dp_op_get(head->layer->kind);
    const dp_shape in = head->in, out = s->call[s->n - 1].out;
    /* A first layer that collects statistics runs backwards after the loop. */
    const int first = op->collect ? 1 : 0;
    dp_op_call call[DP_MAX_FUSED];
    for (int i = 0; i < head->n; i++) {
        for (part p = { .image = i }; next_part(&p, s);) {
            const part_arrays a = { .x = x + offset_of(&p, in),
                                    .y = y + offset_of(&p, out),
                                    .dy = dy + offset_of(&p, out),
                                    .dx = dx + offset_of(&p, in) };
            part_calls(call, s, &p);
            part_forward(s, call, s->n - 1, a.x, NULL);
            part_backward(s, call, first, &a);
            if (op->collect)
                op->collect(&call[0], a.x, a.dx);
        }
    }
    if (op->collect)
        op->backward(head, x, NULL, dx, wanted ? dx : NULL);
}
