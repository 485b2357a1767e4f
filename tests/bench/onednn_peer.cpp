// The reference networks in oneDNN, with weights reordered once and activations fused:
// onednn_peer MODEL SECONDS. A batch norm is folded into the convolution before it.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dnnl.hpp>
#include <omp.h>
#include <unordered_map>
#include <vector>

using namespace dnnl;
using tag = memory::format_tag;

struct net {
    engine cpu{ engine::kind::cpu, 0 };
    stream flow{ cpu };
    std::vector<primitive> step;
    std::vector<std::unordered_map<int, memory>> args;
    memory x;

    memory data(const memory::desc &d)
    {
        memory m(d, cpu);
        auto *p = static_cast<float *>(m.get_data_handle());
        for (size_t i = 0; i < d.get_size() / sizeof(float); i++)
            p[i] = 0.05f * (2.0f * float(rand()) / float(RAND_MAX) - 1);
        return m;
    }

    static memory::desc any(memory::dims dims)
    {
        return memory::desc(dims, memory::data_type::f32, tag::any);
    }

    static primitive_attr fused(bool act, algorithm how)
    {
        primitive_attr attr;
        post_ops after;
        if (act)
            after.append_eltwise(1, how, 0, 0);
        attr.set_post_ops(after);
        return attr;
    }

    void run_later(primitive p, std::unordered_map<int, memory> a)
    {
        step.push_back(p);
        args.push_back(a);
    }

    void to_layout(const memory::desc &wanted)
    {
        if (x.get_desc() == wanted)
            return;
        memory y(wanted, cpu);
        run_later(reorder(x, y), { { DNNL_ARG_FROM, x }, { DNNL_ARG_TO, y } });
        x = y;
    }

    void conv(int out, int pad, algorithm act)
    {
        auto in = x.get_desc().dims();
        memory::dims y = { in[0], out, in[2] + 2 * pad - 2, in[3] + 2 * pad - 2 };
        auto bias = data(memory::desc({ out }, memory::data_type::f32, tag::a));
        convolution_forward::desc d(prop_kind::forward_inference,
                                    algorithm::convolution_direct, any(in),
                                    any({ out, in[1], 3, 3 }), bias.get_desc(), any(y),
                                    { 1, 1 }, { pad, pad }, { pad, pad });
        convolution_forward::primitive_desc pd(d, fused(true, act), cpu);
        to_layout(pd.src_desc());
        memory to(pd.dst_desc(), cpu);
        run_later(convolution_forward(pd), { { DNNL_ARG_SRC, x },
                                             { DNNL_ARG_WEIGHTS, data(pd.weights_desc()) },
                                             { DNNL_ARG_BIAS, bias },
                                             { DNNL_ARG_DST, to } });
        x = to;
    }

    void pool()
    {
        auto in = x.get_desc().dims();
        memory::dims y = { in[0], in[1], in[2] / 2, in[3] / 2 };
        pooling_forward::desc d(prop_kind::forward_inference, algorithm::pooling_max,
                                x.get_desc(), any(y), { 2, 2 }, { 2, 2 }, { 0, 0 },
                                { 0, 0 });
        pooling_forward::primitive_desc pd(d, cpu);
        memory to(pd.dst_desc(), cpu);
        run_later(pooling_forward(pd), { { DNNL_ARG_SRC, x }, { DNNL_ARG_DST, to } });
        x = to;
    }

    void dense(int out, bool act, algorithm how)
    {
        auto in = x.get_desc().dims();
        memory::dims weights = in;
        weights[0] = out;
        auto bias = data(memory::desc({ out }, memory::data_type::f32, tag::a));
        inner_product_forward::desc d(prop_kind::forward_inference, any(in), any(weights),
                                      bias.get_desc(), any({ in[0], out }));
        inner_product_forward::primitive_desc pd(d, fused(act, how), cpu);
        to_layout(pd.src_desc());
        memory to(pd.dst_desc(), cpu);
        run_later(inner_product_forward(pd),
                  { { DNNL_ARG_SRC, x },
                    { DNNL_ARG_WEIGHTS, data(pd.weights_desc()) },
                    { DNNL_ARG_BIAS, bias },
                    { DNNL_ARG_DST, to } });
        x = to;
    }

    void run()
    {
        for (size_t i = 0; i < step.size(); i++)
            step[i].execute(flow, args[i]);
        flow.wait();
    }
};

static void build(net &n, const char *model, int batch)
{
    const auto relu = algorithm::eltwise_relu, gelu = algorithm::eltwise_gelu_erf;
    const bool is_mlp = !strncmp(model, "mlp", 3), is_a = !strcmp(model, "cnn-a");
    const auto act = is_a ? gelu : relu;
    if (is_mlp) {
        const int wide = strcmp(model, "mlp-a") ? 512 : 128, next = wide == 128 ? 64 : 512;
        n.x = n.data(memory::desc({ batch, 784 }, memory::data_type::f32, tag::nc));
        n.dense(wide, true, act);
        n.dense(next, true, act);
        n.dense(10, false, act);
        return;
    }
    n.x = n.data(memory::desc({ batch, 1, 28, 28 }, memory::data_type::f32, tag::nchw));
    n.conv(is_a ? 64 : 32, is_a ? 0 : 1, act);
    n.pool();
    n.conv(64, is_a ? 0 : 1, act);
    n.pool();
    n.dense(128, true, act);
    if (is_a)
        n.dense(128, true, act);
    n.dense(10, false, act);
}

static double median_seconds(net &n, double seconds)
{
    std::vector<double> time;
    for (int i = 0; i < 5; i++)
        n.run();
    const double end = omp_get_wtime() + seconds;
    while (omp_get_wtime() < end || time.size() < 5) {
        const double begin = omp_get_wtime();
        n.run();
        time.push_back(omp_get_wtime() - begin);
    }
    std::sort(time.begin(), time.end());
    return time[time.size() / 2];
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    for (int threads = 1; threads <= 2; threads++) {
        omp_set_num_threads(threads);
        for (int batch : { 1, 256 }) {
            net n;
            build(n, argv[1], batch);
            const double t = median_seconds(n, atof(argv[2]));
            if (batch == 1)
                printf("f32 latency_us %d %g\n", threads, 1e6 * t);
            else
                printf("f32 images_per_s %d %g\n", threads, batch / t);
        }
    }
    return 0;
}
