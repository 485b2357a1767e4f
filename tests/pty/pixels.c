#include "config.h"

#include "tests/pty/pixels.h"

#include "engine/core/arith.h"
#include "engine/core/err.h"
#include "weights/io/base64.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { TEXT, ESCAPE, CSI, STRING, STRING_ESCAPE };
enum { NOT_SELECTED = -1 };

static void DP_PRINTF(2, 3) fail(pixel_screen *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (!p->error[0])
        vsnprintf(p->error, sizeof p->error, fmt, ap);
    va_end(ap);
}

static void *allocate(size_t n)
{
    void *memory = calloc(n ? n : 1, 1);
    if (!memory)
        abort();
    return memory;
}

void pixels_resize(pixel_screen *p, int cols, int rows)
{
    size_t n = (size_t)(cols * p->cell_w) * (size_t)(rows * p->cell_h);
    free(p->sixel);
    p->cols = cols;
    p->rows = rows;
    p->sixel = allocate(n * sizeof *p->sixel);
    for (size_t i = 0; i < n; i++)
        p->sixel[i] = PIXELS_NONE;
}

void pixels_start(pixel_screen *p, int cols, int rows, int cell_w, int cell_h)
{
    *p = (pixel_screen){
        .cell_w = cell_w, .cell_h = cell_h, .cursor_x = -1, .cursor_y = -1
    };
    pixels_resize(p, cols, rows);
}

static void free_image(pixels_image *image)
{
    free(image->rgb);
    *image = (pixels_image){ 0 };
}

void pixels_stop(pixel_screen *p)
{
    for (int i = 0; i < PIXELS_IMAGES; i++)
        free_image(&p->image[i]);
    free(p->sixel);
    free(p->string);
    free(p->data);
    *p = (pixel_screen){ 0 };
}

/* ---- sixels ---------------------------------------------------------------------------- */

typedef struct sixel_reader {
    const char *at, *end;
    int32_t color[256]; /* the registers; PIXELS_NONE: not defined */
    int current;        /* register */
    int x, y;           /* of the next sixel, in the image */
    int width, height;  /* as declared */
    uint8_t *set;       /* [height, width]: whether a sixel has set this pixel */
} sixel_reader;

/* Read numbers separated by semicolons, and skip those after the first `max`: the colours of text
 * have more of them than anything here. Returns how many were read. */
static int read_numbers(const char **at, const char *end, int *number, int max)
{
    enum { MAX_NUMBER = 100000000 }; /* more than the program may write */
    int n = 0;
    bool skips = false;
    for (; *at < end && ((**at >= '0' && **at <= '9') || **at == ';'); ++*at) {
        if (n == 0)
            number[n++] = 0;
        if (**at == ';') {
            skips = n == max;
            if (!skips)
                number[n++] = 0;
        } else if (!skips && number[n - 1] < MAX_NUMBER)
            number[n - 1] = number[n - 1] * 10 + **at - '0';
    }
    return n;
}

static void set_sixel(pixel_screen *p, sixel_reader *r, int bits)
{
    for (int k = 0; k < 6; k++) {
        int x = p->cursor_x * p->cell_w + r->x, y = p->cursor_y * p->cell_h + r->y + k;
        if (!(bits >> k & 1))
            continue;
        if (r->x >= r->width || r->y + k >= r->height)
            fail(p, "sixel: pixel %d,%d is outside the image of %d×%d", r->x, r->y + k,
                 r->width, r->height);
        else if (x >= p->cols * p->cell_w || y >= p->rows * p->cell_h)
            fail(p, "sixel: pixel %d,%d is outside the screen", x, y);
        else if (r->current == NOT_SELECTED || r->color[r->current] == PIXELS_NONE)
            fail(p, "sixel: register %d is not selected or not defined", r->current);
        else {
            p->sixel[y * p->cols * p->cell_w + x] = r->color[r->current];
            r->set[(r->y + k) * r->width + r->x] = true;
        }
    }
    r->x++;
}

static int32_t of_percentages(const int *part)
{
    int32_t rgb = 0;
    for (int i = 0; i < 3; i++)
        rgb = rgb << 8 | (part[i] * 255 + 50) / 100;
    return rgb;
}

/* Some terminals select a register when it is defined, and others do not: it must be selected. */
static void read_register(pixel_screen *p, sixel_reader *r)
{
    int number[5] = { 0 };
    int n = read_numbers(&r->at, r->end, number, 5);
    if (number[0] > 15) /* as many as a VT340 has */
        fail(p, "sixel: register %d", number[0]);
    r->current = n == 1 ? number[0] & 0xff : NOT_SELECTED;
    if (n == 5 && number[1] == 2)
        r->color[number[0] & 0xff] = of_percentages(number + 2);
    else if (n != 1)
        fail(p, "sixel: a register of %d parts", n);
}

static void read_repeat(pixel_screen *p, sixel_reader *r)
{
    int count = 0;
    if (read_numbers(&r->at, r->end, &count, 1) != 1 || r->at == r->end)
        fail(p, "sixel: no count after '!'");
    for (; count > 0; count--)
        set_sixel(p, r, *r->at - '?');
    r->at += r->at < r->end;
}

static void read_sixels(pixel_screen *p, sixel_reader *r)
{
    int size[4] = { 0 };
    while (r->at < r->end) {
        char c = *r->at++;
        if (c == '"') {
            if (read_numbers(&r->at, r->end, size, 4) != 4 || size[0] != size[1] ||
                r->set)
                fail(p, "sixel: pixels that are not square, or a second size");
            free(r->set);
            r->width = size[2];
            r->height = size[3];
            r->set = allocate((size_t)r->width * (size_t)r->height);
        } else if (c == '#')
            read_register(p, r);
        else if (c == '!')
            read_repeat(p, r);
        else if (c == '$')
            r->x = 0;
        else if (c == '-') {
            r->x = 0;
            r->y += 6;
        } else if (c >= '?' && c <= '~')
            set_sixel(p, r, c - '?');
        else
            fail(p, "sixel: the byte 0x%02x", (unsigned char)c);
    }
}

/* No pixel of an image is transparent. Konsole also fills the rest of the last band. */
static void fill_rest(pixel_screen *p, const sixel_reader *r)
{
    const int height = p->keeps ? dp_ceil_div_int(r->height, 6) * 6 : r->height;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < r->width; x++)
            if (y >= r->height || !r->set[y * r->width + x])
                p->sixel[(p->cursor_y * p->cell_h + y) * p->cols * p->cell_w +
                         p->cursor_x * p->cell_w + x] = r->color[0];
}

/* Pixels that no sixel sets must stay: the parameter P2 is 1. The image must leave a row of cells
 * below it free, else some terminals scroll. */
static void take_sixel(pixel_screen *p)
{
    sixel_reader r = { p->string + 1, p->string + p->n, .current = NOT_SELECTED };
    int parameter[3] = { 0 };
    for (int i = 0; i < 256; i++)
        r.color[i] = PIXELS_NONE;
    read_numbers(&r.at, r.end, parameter, 3);
    if (parameter[1] != 1 || r.at == r.end || *r.at++ != 'q')
        fail(p, "a DCS that is not a transparent sixel image");
    if (p->cursor_x < 0)
        fail(p, "sixel: the cursor was not placed just before");
    else
        read_sixels(p, &r);
    if ((p->cursor_y * p->cell_h + r.height - 1) / p->cell_h + 1 >= p->rows)
        fail(p, "sixel: the image ends in the last row of the screen");
    else if (p->fills && r.set)
        fill_rest(p, &r);
    free(r.set);
}

static void erase(pixel_screen *p, int x, int y, int w, int h)
{
    for (int j = y * p->cell_h; j < (y + h) * p->cell_h && j < p->rows * p->cell_h; j++)
        for (int i = x * p->cell_w; i < (x + w) * p->cell_w && i < p->cols * p->cell_w;
             i++)
            p->sixel[j * p->cols * p->cell_w + i] = PIXELS_NONE;
}

void pixels_erase(pixel_screen *p, int x, int y, int w, int h)
{
    if (!p->keeps)
        erase(p, x, y, w, h);
}

/* ---- kitty's protocol ------------------------------------------------------------------ */

/* The value of a key in "a=T,i=5"; `missing` if it is not there. */
static int key(const char *keys, char name, int missing)
{
    for (const char *at = keys; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (at[0] == name && at[1] == '=')
            return at[2] >= '0' && at[2] <= '9' ? atoi(at + 2)
                   : at[2] == '-'               ? atoi(at + 2)
                                                : at[2];
    }
    return missing;
}

static pixels_image *find_image(pixel_screen *p, int id)
{
    for (int i = 0; i < PIXELS_IMAGES; i++)
        if (p->image[i].id == id)
            return &p->image[i];
    return NULL;
}

/* The pixels of the transmitted data. NULL if they are not width × height. */
static uint8_t *unpack(pixel_screen *p, int width, int height)
{
    size_t n = p->n_data / 4 * 3;
    for (size_t i = p->n_data; i > 0 && p->data[i - 1] == '='; i--)
        n--;
    uint8_t *packed = allocate(n), *bytes = allocate((size_t)(width * height * 3));
    uLongf size = (uLongf)(width * height * 3);
    bool good = dp_base64_decode(packed, n, p->data, p->n_data) &&
                uncompress(bytes, &size, packed, (uLong)n) == Z_OK &&
                size == (uLongf)(width * height * 3);
    free(packed);
    if (!good) {
        fail(p, "kitty: the data is not %d×%d pixels", width, height);
        free(bytes);
        return NULL;
    }
    return bytes;
}

static void transmit_and_place(pixel_screen *p, const char *keys)
{
    int id = key(keys, 'i', 0);
    pixels_image *image = find_image(p, id) ? find_image(p, id) : find_image(p, 0);
    bool virtual = key(keys, 'U', 0) == 1;
    if (id <= 0 || !image || (key(keys, 'C', 0) != 1 && !virtual) ||
        key(keys, 'f', 0) != 24) {
        fail(p, "kitty: cannot place '%s'", keys);
        return;
    }
    free_image(image);
    *image = (pixels_image){ .id = id,
                             .width = key(keys, 's', 0),
                             .height = key(keys, 'v', 0),
                             .placed = !virtual,
                             .virtual = virtual,
                             .z = key(keys, 'z', 0),
                             .x = p->cursor_x,
                             .y = p->cursor_y,
                             .cols = key(keys, 'c', 0),
                             .rows = key(keys, 'r', 0) };
    image->rgb = unpack(p, image->width, image->height);
    if (!image->rgb)
        image->id = 0;
    if (p->cursor_x < 0 && !virtual)
        fail(p, "kitty: the cursor was not placed just before");
}

void pixels_place(pixel_screen *p, int id, int x, int y)
{
    pixels_image *image = find_image(p, id);
    if (!image || !image->virtual)
        return;
    image->placed = x >= 0;
    image->x = x;
    image->y = y;
}

/* Draw a rectangle over frame 1. */
static void edit(pixel_screen *p, const char *keys)
{
    pixels_image *image = find_image(p, key(keys, 'i', -1));
    int x = key(keys, 'x', 0), y = key(keys, 'y', 0), w = key(keys, 's', 0),
        h = key(keys, 'v', 0);
    if (!image || key(keys, 'r', 0) != 1 || key(keys, 'f', 0) != 24 ||
        x + w > image->width || y + h > image->height) {
        fail(p, "kitty: cannot edit '%s'", keys);
        return;
    }
    uint8_t *rgb = unpack(p, w, h);
    for (int row = 0; rgb && row < h; row++)
        memcpy(image->rgb + 3 * ((y + row) * image->width + x), rgb + 3 * row * w,
               (size_t)(3 * w));
    free(rgb);
}

static void remove_images(pixel_screen *p, const char *keys)
{
    int what = key(keys, 'd', 'a');
    for (int i = 0; i < PIXELS_IMAGES; i++) {
        pixels_image *image = &p->image[i];
        if ((what == 'I' && image->id == key(keys, 'i', 0)) ||
            (what == 'A' && image->placed))
            free_image(image);
    }
    if (p->keeps && what == 'A')
        erase(p, 0, 0, p->cols, p->rows);
}

static void do_command(pixel_screen *p, const char *keys)
{
    int action = key(keys, 'a', 't');
    if (action == 'q') /* a query */
        return;
    if (key(keys, 'q', 0) != 2)
        fail(p, "kitty: '%s' asks for a reply", keys);
    if (action == 'd')
        remove_images(p, keys);
    else if (action == 'T')
        transmit_and_place(p, keys);
    else if (action == 'f')
        edit(p, keys);
    else
        fail(p, "kitty: the action '%c'", action);
}

static void add_data(pixel_screen *p, const char *bytes, size_t n)
{
    if (n > 4096)
        fail(p, "kitty: a chunk of %zu bytes", n);
    p->data = realloc(p->data, p->n_data + n + 1);
    if (!p->data)
        abort();
    memcpy(p->data + p->n_data, bytes, n);
    p->n_data += n;
    p->data[p->n_data] = '\0';
}

/* Take the string of an APC: keys, and after ';' a chunk of data. The keys of later chunks are
 * a and m alone. */
static void take_kitty(pixel_screen *p)
{
    char *keys = p->string + 2, *data = memchr(keys, ';', p->n - 2);
    size_t n_keys = data ? (size_t)(data - keys) : p->n - 2;
    if (n_keys >= sizeof p->keys) {
        fail(p, "kitty: %zu bytes of keys", n_keys);
        return;
    }
    char now[sizeof p->keys] = "";
    memcpy(now, keys, n_keys);
    if (p->n_data == 0)
        memcpy(p->keys, now, sizeof now);
    else if (key(now, 'a', 0) != key(p->keys, 'a', 0) || key(now, 'i', 0) != 0)
        fail(p, "kitty: '%s' inside another image", now);
    if (data)
        add_data(p, data + 1, p->n - 2 - n_keys - 1);
    if (key(now, 'm', 0) == 1 && key(now, 'a', 0) == 'f')
        fail(p, "kitty: an edit in chunks, whose end kitty takes for a new frame");
    if (key(now, 'm', 0) == 1)
        return;
    do_command(p, p->keys);
    p->n_data = 0;
}

/* ---- the stream ------------------------------------------------------------------------ */

static void append(pixel_screen *p, char c)
{
    if (p->n + 1 >= p->capacity) {
        p->capacity = p->capacity ? 2 * p->capacity : 4096;
        p->string = realloc(p->string, p->capacity);
        if (!p->string)
            abort();
    }
    p->string[p->n++] = c;
    p->string[p->n] = '\0';
}

static const char through_tmux[] = "Ptmux;";

static bool is_through_tmux(const pixel_screen *p)
{
    const size_t n = sizeof through_tmux - 1;
    return p->n >= n && memcmp(p->string, through_tmux, n) == 0;
}

/* Take what tmux passes on. */
static void unwrap(pixel_screen *p)
{
    char *string = p->string;
    size_t n = p->n;
    p->string = NULL;
    p->n = p->capacity = 0;
    p->state = TEXT;
    pixels_take(p, string + sizeof through_tmux - 1, n - sizeof through_tmux + 1);
    free(string);
}

/* Take the string that ST has ended. */
static void take_string(pixel_screen *p)
{
    if (is_through_tmux(p)) {
        unwrap(p);
        return;
    }
    bool kitty = p->n >= 2 && strncmp(p->string, "_G", 2) == 0,
         sixel = p->string[0] == 'P';
    if (kitty)
        take_kitty(p);
    else if (sixel)
        take_sixel(p);
    if (kitty || sixel) {
        p->n_bytes += p->n + 3; /* ESC before and ST after */
        p->n_strings++;
    }
}

/* ED 2 clears the screen. */
static void clear_screen(pixel_screen *p)
{
    for (int i = 0; i < PIXELS_IMAGES; i++)
        p->image[i].placed = false;
    erase(p, 0, 0, p->cols, p->rows);
}

/* Whether an image or sixels are in these rows of cells, counted from 0. */
static bool has_pixels(const pixel_screen *p, int from, int to)
{
    for (int y = from * p->cell_h; y < to * p->cell_h; y++)
        for (int x = 0; x < p->cols * p->cell_w; x++)
            if (pixels_at(p, x, y) != PIXELS_NONE)
                return true;
    return false;
}

/* A terminal may move images together with the text of rows that it moves: those between the margins
 * of DECSTBM, or below an inserted or deleted line. */
static void check_scrolling(pixel_screen *p, char final, const int *number, int n)
{
    bool margins = final == 'r' && n == 2 && (number[0] > 1 || number[1] < p->rows);
    bool lines = final == 'L' || final == 'M' || final == 'S' || final == 'T';
    if ((margins && has_pixels(p, number[0] - 1, dp_min_int(number[1], p->rows))) ||
        (lines && has_pixels(p, 0, p->rows)))
        fail(p, "the rows of images are moved by '%s'", p->string);
}

/* Note where CUP puts the cursor; whatever else comes makes the position unknown. */
static void end_csi(pixel_screen *p)
{
    int number[2] = { 0 };
    const char *at = p->string, *end = p->string + p->n - 1;
    int n = read_numbers(&at, end, number, 2);
    bool plain = at == end, cup = *end == 'H' && plain && n == 2;
    p->cursor_y = cup ? number[0] - 1 : -1;
    p->cursor_x = cup ? number[1] - 1 : -1;
    if (plain && *end == 'J' && n == 1 && number[0] == 2)
        clear_screen(p);
    else if (plain)
        check_scrolling(p, *end, number, n);
}

static void take(pixel_screen *p, char c)
{
    bool begins = c == '_' || c == 'P' || c == ']';
    switch (p->state) {
    case TEXT:
        p->state = c == '\033' ? ESCAPE : TEXT;
        if (c != '\033')
            p->cursor_x = p->cursor_y = -1;
        break;
    case ESCAPE:
        p->n = 0;
        p->state = c == '[' ? CSI : begins ? STRING : TEXT;
        if (begins)
            append(p, c);
        break;
    case CSI:
        append(p, c);
        if (c >= 0x40) {
            end_csi(p);
            p->state = TEXT;
        }
        break;
    case STRING:
        if (c == '\033')
            p->state = STRING_ESCAPE;
        else if (c == '\a' && p->string[0] == ']')
            p->state = TEXT;
        else
            append(p, c);
        break;
    case STRING_ESCAPE:
        if (c == '\033' && is_through_tmux(p)) { /* doubled */
            append(p, c);
            p->state = STRING;
            break;
        }
        if (c == '\\')
            take_string(p);
        p->n_data = c == '\\' ? p->n_data : 0;
        p->state = TEXT;
        if (c != '\\') { /* a signal has interrupted the string by another sequence */
            p->state = ESCAPE;
            take(p, c);
        }
        break;
    }
}

void pixels_take(pixel_screen *p, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        take(p, bytes[i]);
}

/* ---- what is to be seen ---------------------------------------------------------------- */

static int32_t in_image(const pixel_screen *p, const pixels_image *image, int x, int y)
{
    int w = image->cols * p->cell_w, h = image->rows * p->cell_h;
    x -= image->x * p->cell_w;
    y -= image->y * p->cell_h;
    if (!image->placed || x < 0 || y < 0 || x >= w || y >= h)
        return PIXELS_NONE;
    const uint8_t *rgb =
        image->rgb + 3 * (y * image->height / h * image->width + x * image->width / w);
    return rgb[0] << 16 | rgb[1] << 8 | rgb[2];
}

int32_t pixels_at(const pixel_screen *p, int x, int y)
{
    int32_t color = p->sixel[y * p->cols * p->cell_w + x];
    for (int i = 0, z = -1; i < PIXELS_IMAGES; i++) {
        const pixels_image *image = &p->image[i];
        int32_t c = image->id && image->z > z ? in_image(p, image, x, y) : PIXELS_NONE;
        color = c == PIXELS_NONE ? color : c;
        z = c == PIXELS_NONE ? z : image->z;
    }
    return color;
}

int pixels_count(const pixel_screen *p)
{
    int n = 0;
    for (int y = 0; y < p->rows * p->cell_h; y++)
        for (int x = 0; x < p->cols * p->cell_w; x++)
            n += pixels_at(p, x, y) != PIXELS_NONE;
    return n;
}

int pixels_count_images(const pixel_screen *p)
{
    int n = 0;
    for (int i = 0; i < PIXELS_IMAGES; i++)
        n += p->image[i].id != 0;
    return n;
}

int pixels_count_placed(const pixel_screen *p)
{
    int n = 0;
    for (int i = 0; i < PIXELS_IMAGES; i++)
        n += p->image[i].placed;
    return n;
}
