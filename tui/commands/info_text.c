/* A model as lines of text. */
#include "config.h"

#include "tui/commands/info.h"
#include "tui/term/out.h"
#include "weights/io/digest.h"

#include <inttypes.h>
#include <stdio.h>

/* Print the length of a vector, or channels × height × width of an image. */
static void print_shape(dp_shape s)
{
    char text[40];
    if (s.h == 1 && s.w == 1)
        snprintf(text, sizeof text, "%d", s.c);
    else
        snprintf(text, sizeof text, "%dx%dx%d", s.c, s.h, s.w);
    printf("%-12s", text);
}

static void print_layers(const dp_network *network, const dp_params *layout)
{
    const dp_spec *spec = &network->spec;
    char name[DP_MAX_SPEC_TEXT];
    printf("norm        %s%s\n", dp_norm_name(network->norm),
           network->norm_known ? "" : " (assumed)");
    printf("precision   %s\n", network->quant ? "int8" : "f32");
    printf("layers      ");
    print_shape(spec->shape[0]);
    puts("         0  input");
    for (int i = 0; i < spec->n_layers; i++) {
        printf("      %4d  ", i);
        print_shape(spec->shape[i + 1]);
        printf("%10zu  ", dp_params_of_layer(layout, i));
        dp_layer_format(name, sizeof name, &spec->layer[i]);
        puts(name);
    }
    printf("parameters  %zu trainable, %zu in all\n", layout->trainable, layout->count);
    printf("work        %zu multiply-accumulates an image\n", dp_spec_macs(spec));
}

static void print_tensors(const dp_safetensors *st)
{
    for (int i = 0; i < st->n_tensors; i++) {
        const dp_st_tensor *t = &st->tensor[i];
        printf("tensor      ");
        dp_out_print_safe(stdout, t->name);
        printf("  %s [", dp_dtype_name(t->dtype));
        for (int k = 0; k < t->rank; k++)
            printf("%s%" PRIu64, k ? "," : "", t->dim[k]);
        puts("]");
    }
}

/* Print a text, such as a recipe, with its lines aligned. A final newline is dropped. */
static void print_lines(const char *text)
{
    for (const char *end; *text; text = end + (*end == '\n')) {
        end = dp_out_print_safe_line(stdout, text);
        if (*end && end[1])
            printf("\n              ");
    }
}

static void print_metadata(const char *key, const char *value)
{
    printf("metadata    ");
    dp_out_print_safe(stdout, key);
    printf(": ");
    print_lines(value);
    putchar('\n');
}

static void print_head(const dp_info *info)
{
    char sha256[DP_DIGEST_MAX_HEX + 1];
    printf("model       ");
    dp_out_print_safe(stdout, info->model);
    if (info->format)
        printf("\nformat      %s", info->format);
    dp_digest_sha256(sha256, info->data, info->size);
    printf("\nbytes       %zu\nsha256      %s\n", info->size, sha256);
}

void dp_info_print_text(const dp_info *info)
{
    print_head(info);
    if (info->network) {
        print_layers(info->network, info->layout);
        for (int i = 0; i < info->network->n_meta; i++)
            print_metadata(info->network->meta[i].key, info->network->meta[i].value);
    } else {
        print_tensors(info->tensors);
        for (int i = 0; i < info->tensors->n_meta; i++)
            print_metadata(info->tensors->meta[i].key, info->tensors->meta[i].value);
    }
}
