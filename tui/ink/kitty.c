#include "config.h"

#include "tui/ink/kitty.h"

#include "weights/io/base64.h"
#include "weights/io/deflate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number of the image, and of the first layer; others follow. No other program uses the
 * alternate screen at the same time. */
#define IMAGE      612
#define TEXT_OF(x) #x
#define DECIMAL(x) TEXT_OF(x)

enum {
    CHUNK = 4096
}; /* characters of Base64 in a sequence, at most, says the protocol */

/* d=A: all that are visible, which are the layers. */
#define REMOVE "\033_Ga=d,d=I,i=" DECIMAL(IMAGE) ",q=2\033\\\033_Ga=d,d=A,q=2\033\\"

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

static void send_area(dp_text *out, const char *action, const char *keys,
                      const dp_picture *p, dp_area a)
{
    size_t size, n;
    unsigned char *pixels = pixels_of(&size, p, a);
    unsigned char *packed = pixels ? dp_deflate(&n, pixels, size) : NULL;
    free(pixels);
    if (packed)
        send_data(out, action, keys, packed, n);
    else
        out->failed = true;
    free(packed);
}

/* Transmit an area, which covers whole cells, as a new image, and place it at a height. */
static void send_image(dp_text *out, const dp_update *u, dp_area a, int z)
{
    const int w = dp_update_cell_w(u), h = dp_update_cell_h(u);
    char keys[160];
    snprintf(keys, sizeof keys, ",q=2,f=24,o=z,i=%d,z=%d,s=%d,v=%d,c=%d,r=%d,C=1",
             IMAGE + z, z, a.x1 - a.x0, a.y1 - a.y0, (a.x1 - a.x0) / w,
             (a.y1 - a.y0) / h);
    dp_text_add(out, "\033[%d;%dH", u->place.y + a.y0 / h + 1, u->place.x + a.x0 / w + 1);
    send_area(out, "T", keys, u->now, a);
}

static void send_whole(dp_text *out, const dp_update *u)
{
    send_image(out, u, (dp_area){ 0, 0, u->now->width, u->now->height }, 0);
}

void dp_kitty_draw(dp_text *out, const dp_update *u)
{
    const dp_area a = u->area;
    char keys[160];
    if (!u->before) {
        send_whole(out, u);
        return;
    }
    snprintf(keys, sizeof keys, ",q=2,r=1,f=24,o=z,i=%d,x=%d,y=%d,s=%d,v=%d", IMAGE, a.x0,
             a.y0, a.x1 - a.x0, a.y1 - a.y0);
    send_area(out, "f", keys, u->now, a);
}

/* The smallest area of whole cells around another. */
static dp_area round_to_cells(dp_area a, int w, int h)
{
    return (dp_area){ a.x0 / w * w, a.y0 / h * h, dp_ceil_div_int(a.x1, w) * w,
                      dp_ceil_div_int(a.y1, h) * h };
}

void dp_kitty_draw_layer(dp_text *out, const dp_update *u, int n)
{
    if (!u->before)
        send_whole(out, u);
    else
        send_image(out, u,
                   round_to_cells(u->area, dp_update_cell_w(u), dp_update_cell_h(u)), n);
}
