/* A decoder of sixels and of kitty's graphics protocol: the pixels that a terminal would show. It
 * is strict, so that a test fails if the program relies on a terminal's leniency. */
#ifndef DP_TESTS_PTY_PIXELS_H
#define DP_TESTS_PTY_PIXELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PIXELS_IMAGES = 128, PIXELS_NONE = -1 };

/* An image of kitty's protocol, placed at a cell. id is 0 if the place is free. */
typedef struct pixels_image {
    int id, width, height;
    uint8_t *rgb; /* [height, width, 3] */
    bool placed;
    bool virtual; /* transmitted to be placed by placeholders; pixels_place does it */
    int x, y, cols, rows; /* cells */
    int z;                /* images with a higher z are above; each has its own */
} pixels_image;

typedef struct pixel_screen {
    int cols, rows, cell_w, cell_h;
    bool fills; /* register 0 is where a sixel image has no pixel */
    bool keeps; /* as Konsole: text does not erase sixels, and images fill whole bands */
    int32_t *sixel; /* [rows · cell_h, cols · cell_w], 0xRRGGBB or PIXELS_NONE */
    pixels_image image[PIXELS_IMAGES];
    size_t n_bytes;  /* of all sequences with pixels */
    int n_strings;   /* how many they were */
    char error[160]; /* the first mistake; "": none */

    /* The sequence being read. */
    int state;
    char *string;
    size_t n, capacity;
    int cursor_x, cursor_y; /* where a CUP has put the cursor just now; −1: unknown */

    /* The image whose chunks are being read. */
    char *data; /* Base64 */
    size_t n_data;
    char keys[256];
} pixel_screen;

/* Show cols × rows cells of cell_w × cell_h pixels. */
void pixels_start(pixel_screen *p, int cols, int rows, int cell_w, int cell_h);
void pixels_stop(pixel_screen *p);

/* The window has a new size: sixels are gone, images stay. */
void pixels_resize(pixel_screen *p, int cols, int rows);

/* Read output of the program. */
void pixels_take(pixel_screen *p, const char *bytes, size_t n);

/* Place the virtual image of this number, if it is there, where its characters are; x < 0:
 * nowhere. */
void pixels_place(pixel_screen *p, int id, int x, int y);

/* Text was written over these cells: sixels are erased, unless the terminal keeps them. */
void pixels_erase(pixel_screen *p, int x, int y, int w, int h);

/* The colour of a pixel of the screen, 0xRRGGBB; PIXELS_NONE if no image covers it. */
int32_t pixels_at(const pixel_screen *p, int x, int y);

/* The number of pixels that images cover. */
int pixels_count(const pixel_screen *p);

/* The images that the terminal keeps, and how many of them are placed. */
int pixels_count_images(const pixel_screen *p);
int pixels_count_placed(const pixel_screen *p);

#endif
