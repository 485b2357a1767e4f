#include "config.h"

#include "tui/ink/placeholders.h"

#include "tui/ink/kitty.h"

/* tmux passes on what this sequence contains, with each ESC doubled. */
#define PASS   "\033Ptmux;"
#define ST     "\033\\"
#define REMOVE PASS "\033\033_G" DP_KITTY_DELETE "\033\033\\" ST

/* The first ST ends a sequence that the signal has interrupted, unless that was just after an
 * ESC. */
const char dp_placeholders_undo[] = ST ST REMOVE;

/* U+10EEEE. Without further marks it continues the row to the left of it. */
static const char placeholder[] = "\xf4\x8e\xbb\xae";

/* The combining characters that stand for the numbers from 0 on, of a row or a column. */
static const uint16_t mark[DP_PLACEHOLDER_ROWS] = {
    0x305, 0x30d, 0x30e, 0x310, 0x312, 0x33d, 0x33e, 0x33f, 0x346, 0x34a, 0x34b, 0x34c,
    0x350, 0x351, 0x352, 0x357, 0x35b, 0x363, 0x364, 0x365, 0x366, 0x367, 0x368, 0x369,
    0x36a, 0x36b, 0x36c, 0x36d, 0x36e, 0x36f, 0x483, 0x484, 0x485, 0x486, 0x487, 0x592,
    0x593, 0x594, 0x595, 0x597, 0x598, 0x599, 0x59c, 0x59d, 0x59e, 0x59f, 0x5a0, 0x5a1,
    0x5a8, 0x5a9, 0x5ab, 0x5ac, 0x5af, 0x5c4, 0x610, 0x611, 0x612, 0x613, 0x614, 0x615,
    0x616, 0x617, 0x657, 0x658, 0x659, 0x65a, 0x65b, 0x65d, 0x65e, 0x6d6, 0x6d7, 0x6d8,
    0x6d9, 0x6da, 0x6db, 0x6dc, 0x6df, 0x6e0, 0x6e1, 0x6e2, 0x6e4, 0x6e7, 0x6e8, 0x6eb,
    0x6ec, 0x730, 0x732, 0x733, 0x735, 0x736, 0x73a, 0x73d, 0x73f, 0x740, 0x741, 0x743,
};

void dp_placeholders_remove(dp_text *out)
{
    dp_text_append(out, REMOVE, sizeof REMOVE - 1);
}

static void pass(dp_text *out, const dp_text *sequences)
{
    dp_text_append(out, PASS, sizeof PASS - 1);
    for (size_t i = 0; i < sequences->size; i++) {
        const char *c = &sequences->bytes[i];
        dp_text_append(out, c, 1);
        if (*c == '\033')
            dp_text_append(out, c, 1);
    }
    dp_text_append(out, ST, sizeof ST - 1);
    out->failed |= sequences->failed;
}

static void add_mark(dp_text *out, int number)
{
    const char utf8[] = { (char)(0xc0 | mark[number] >> 6),
                          (char)(0x80 | (mark[number] & 0x3f)) };
    dp_text_append(out, utf8, sizeof utf8);
}

/* The colour of the characters is the number of the image. */
static void add_characters(dp_text *out, dp_rect place)
{
    dp_text_add(out, "\033[0;38;5;%dm", DP_KITTY_IMAGE);
    for (int y = 0; y < place.h; y++) {
        dp_text_add(out, "\033[%d;%dH", place.y + y + 1, place.x + 1);
        for (int x = 0; x < place.w; x++) {
            dp_text_append(out, placeholder, sizeof placeholder - 1);
            if (x > 0)
                continue;
            add_mark(out, y);
            add_mark(out, 0);
        }
    }
}

void dp_placeholders_draw(dp_text *out, const dp_update *u)
{
    dp_text image = { 0 };
    dp_kitty_draw(&image, u, true);
    pass(out, &image);
    if (!u->before)
        add_characters(out, u->place);
    dp_text_clear(&image);
}
