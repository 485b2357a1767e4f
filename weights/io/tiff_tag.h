/* One value of the TIFF structure that EXIF (orientation) and MPF (number of pictures) use inside
 * JPEG files. */
#ifndef DP_WEIGHTS_IO_TIFF_TAG_H
#define DP_WEIGHTS_IO_TIFF_TAG_H

#include <stddef.h>
#include <stdint.h>

enum {
    DP_TIFF_ORIENTATION = 0x0112, /* EXIF: 1 … 8 */
    DP_TIFF_PICTURES = 0xb001,    /* MPF (CIPA DC-007): how many the file has */
};

/* The value of the first entry with this tag in the first directory (TIFF 6.0, section 2), if it
 * is a single SHORT or LONG. `otherwise` if there is none, or if the bytes end before it or are
 * no TIFF structure. */
uint32_t dp_tiff_tag(const uint8_t *bytes, size_t size, unsigned tag, uint32_t otherwise);

#endif
