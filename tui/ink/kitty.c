#include "config.h"

#include "tui/ink/kitty.h"

#include "weights/io/base64.h"
#include "weights/io/deflate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 4096 }; /* Base64 in a sequence, at most, as the protocol says */

/* d=A: all that are visible, which are the layers. */
#define REMOVE "\033_G" DP_KITTY_DELETE "\033\\\033_Ga=d,d=A,q=2\033\\"

const char dp_kitty_undo[] = "\033\\" REMOVE;

void dp_kitty_remove(dp_text *out)
{
    dp_text_append(out, REMOVE, sizeof REMOVE - 1);
}

/* Send compressed pixels in chunks. `keys` describes them, `action` is repeated in each. */
static void send_data(dp_text *out, const char *action, const char *keys,
                      const unsigned char *bytes, size_t n)
{
    size_t length = dp_base64_length(n), size;
    char *text = malloc(length + 1);
    if (!text) {
        out->failed = true;
        return;
    }
    dp_base64_encode(text, bytes, n);
    for (size_t at = 0; at < length; at += size) {
        size = length - at < CHUNK ? length - at : CHUNK;
        bool more = at + size < length;
        dp_text_add(out, "\033_Ga=%s%s%s;", action, at == 0 ? keys : "",
                    more ? ",m=1" : "");
        dp_text_append(out, text + at, size);
        dp_text_append(out, "\033\\", 2);
    }
    free(text);
}

/* The pixels of an area as red, green and blue. Free the result. */
static unsigned char *pixels_of(size_t *size, const dp_picture *p, dp_area a)
{
    *size = (size_t)(a.x1 - a.x0) * (size_t)(a.y1 - a.y0) * 3;
    unsigned char *bytes = malloc(*size), *to = bytes;
    for (int y = a.y0; bytes && y < a.y1; y++)
        for (int x = a.x0; x < a.x1; x++, to += 3)
            dp_palette_rgb(to, p->color[(size_t)y * (size_t)p->width + (size_t)x]);
    return bytes;
}

/* An area, compressed. Free the result. */
static unsigned char *pack(size_t *n, const dp_picture *p, dp_area a)
{
    size_t size;
    unsigned char *pixels = pixels_of(&size, p, a);
    unsigned char *packed = pixels ? dp_deflate(n, pixels, size) : NULL;
    free(pixels);
    return packed;
}

/* Transmit an area, which covers whole cells, as a new image with `more` keys. Its number is also
 * its height. */
static void send_image(dp_text *out, const dp_update *u, dp_area a, int z,
                       const char *more)
{
    const int w = dp_update_cell_w(u), h = dp_update_cell_h(u);
    char keys[160];
    snprintf(keys, sizeof keys, ",q=2,f=24,o=z,i=%d,z=%d,s=%d,v=%d,c=%d,r=%d%s",
             DP_KITTY_IMAGE + z, z, a.x1 - a.x0, a.y1 - a.y0, (a.x1 - a.x0) / w,
             (a.y1 - a.y0) / h, more);
    size_t n;
    unsigned char *packed = pack(&n, u->now, a);
    if (packed)
        send_data(out, "T", keys, packed, n);
    out->failed |= !packed;
    free(packed);
}

/* The same, and place it without moving the cursor. */
static void place_image(dp_text *out, const dp_update *u, dp_area a, int z)
{
    dp_text_add(out, "\033[%d;%dH", u->place.y + a.y0 / dp_update_cell_h(u) + 1,
                u->place.x + a.x0 / dp_update_cell_w(u) + 1);
    send_image(out, u, a, z, ",C=1");
}

static dp_area whole_of(const dp_picture *p)
{
    return (dp_area){ 0, 0, p->width, p->height };
}

/* Edit an area of frame 1, in parts if it is too long for a sequence: kitty takes the end of an edit
 * in chunks for a new frame. */
static void send_edit(dp_text *out, const dp_picture *p, dp_area a)
{
    const int middle = (a.y0 + a.y1) / 2;
    char keys[160];
    size_t n;
    unsigned char *packed = pack(&n, p, a);
    if (packed && dp_base64_length(n) > CHUNK && middle > a.y0) {
        send_edit(out, p, (dp_area){ a.x0, a.y0, a.x1, middle });
        send_edit(out, p, (dp_area){ a.x0, middle, a.x1, a.y1 });
    } else if (packed) {
        snprintf(keys, sizeof keys, ",q=2,r=1,f=24,o=z,i=%d,x=%d,y=%d,s=%d,v=%d",
                 DP_KITTY_IMAGE, a.x0, a.y0, a.x1 - a.x0, a.y1 - a.y0);
        send_data(out, "f", keys, packed, n);
    }
    out->failed |= !packed;
    free(packed);
}

void dp_kitty_draw(dp_text *out, const dp_update *u, bool by_characters)
{
    if (u->before)
        send_edit(out, u->now, u->area);
    else if (by_characters)
        send_image(out, u, whole_of(u->now), 0, ",U=1");
    else
        place_image(out, u, whole_of(u->now), 0);
}

void dp_kitty_draw_layer(dp_text *out, const dp_update *u, int n)
{
    if (u->before)
        place_image(out, u, dp_update_cells(u), n);
    else
        place_image(out, u, whole_of(u->now), 0);
}
