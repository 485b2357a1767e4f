// The networks as oneDNN 2 primitives in the layouts that it prefers, with weights reordered
// once and activations fused.
#include "peer.h"

#include <cstdlib>
#include <cstring>
#include <dnnl.hpp>
#include <unordered_map>
#include <vector>

using namespace dnnl;
using tag = memory::format_tag;
using type = memory::data_type;

namespace
{

struct net {
    bool int8;
    engine cpu{ engine::kind::cpu, 0 };
    stream flow{ cpu };
    std::vector<primitive> step;
    std::vector<std::unordered_map<int, memory>> args;
    memory x; // what the last step makes
};

memory random_memory(net &n, const memory::desc &d)
{
    memory m(d, n.cpu);
    void *to = m.get_data_handle();
    const size_t size = d.get_size();
    const bool floats = d.data_type() == type::f32;
    void *from = floats ? static_cast<void *>(peer_floats(size / sizeof(float), 0.05f))
                        : static_cast<void *>(peer_bytes(size));
    memcpy(to, from, size);
    free(from);
    return m;
}

void append(net &n, const primitive &p, const std::unordered_map<int, memory> &args)
{
    n.step.push_back(p);
    n.args.push_back(args);
}

// The bytes that a layer makes: ReLU leaves no negative ones.
type output_type(const net &n, const peer_layer &l)
{
    return !n.int8              ? type::f32
           : l.act == PEER_RELU ? type::u8
           : l.act == PEER_GELU ? type::s8
                                : type::f32;
}

primitive_attr fused(const net &n, const peer_layer &l)
{
    primitive_attr attr;
    post_ops after;
    if (n.int8)
        attr.set_output_scales(0, { 0.001f });
    if (l.act == PEER_RELU)
        after.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
    if (l.act == PEER_GELU)
        after.append_eltwise(1, algorithm::eltwise_gelu_erf, 0, 0);
    attr.set_post_ops(after);
    return attr;
}

// Append the convolution or inner product of the description, in the layouts it asks for.
template <typename Layer>
void append_layer(net &n, const typename Layer::desc &d, const peer_layer &l,
                  const memory &bias)
{
    typename Layer::primitive_desc pd(d, fused(n, l), n.cpu);
    if (n.x.get_desc() != pd.src_desc()) {
        memory y(pd.src_desc(), n.cpu);
        append(n, reorder(n.x, y), { { DNNL_ARG_FROM, n.x }, { DNNL_ARG_TO, y } });
        n.x = y;
    }
    memory y(pd.dst_desc(), n.cpu);
    append(n, Layer(pd),
           { { DNNL_ARG_SRC, n.x },
             { DNNL_ARG_WEIGHTS, random_memory(n, pd.weights_desc()) },
             { DNNL_ARG_BIAS, bias },
             { DNNL_ARG_DST, y } });
    n.x = y;
}

void add_layer(net &n, const peer_layer &l)
{
    const auto weight = n.int8 ? type::s8 : type::f32, made = output_type(n, l);
    const auto dims = n.x.get_desc().dims();
    const memory::desc in(dims, n.x.get_desc().data_type(), tag::any);
    const auto bias = random_memory(n, memory::desc({ l.out }, type::f32, tag::a));
    const auto inference = prop_kind::forward_inference;
    if (l.conv) {
        const memory::dims pad = { l.pad, l.pad };
        append_layer<convolution_forward>(
            n,
            { inference,
              algorithm::convolution_direct,
              in,
              memory::desc({ l.out, l.in, l.kernel, l.kernel }, weight, tag::any),
              bias.get_desc(),
              memory::desc({ dims[0], l.out, l.side_out, l.side_out }, made, tag::any),
              { 1, 1 },
              pad,
              pad },
            l, bias);
    } else {
        auto shape = dims;
        shape[0] = l.out;
        append_layer<inner_product_forward>(
            n,
            { inference, in, memory::desc(shape, weight, tag::any), bias.get_desc(),
              memory::desc({ dims[0], l.out }, made, tag::any) },
            l, bias);
    }
}

void add_pool(net &n, const peer_layer &l)
{
    const auto in = n.x.get_desc();
    const memory::dims dims = { in.dims()[0], l.out, l.side_out / 2, l.side_out / 2 };
    pooling_forward::desc d(prop_kind::forward_inference, algorithm::pooling_max, in,
                            memory::desc(dims, in.data_type(), tag::any), { 2, 2 },
                            { 2, 2 }, { 0, 0 }, { 0, 0 });
    pooling_forward::primitive_desc pd(d, n.cpu);
    memory y(pd.dst_desc(), n.cpu);
    append(n, pooling_forward(pd), { { DNNL_ARG_SRC, n.x }, { DNNL_ARG_DST, y } });
    n.x = y;
}

void *create(const peer_network *network, peer_work work, int batch, int)
{
    if (work == PEER_TRAINING)
        return nullptr;
    net *n = new net;
    n->int8 = work == PEER_INT8;
    const auto pixel = n->int8 ? type::u8 : type::f32;
    n->x = random_memory(
        *n, network->layer[0].conv
                ? memory::desc({ batch, 1, PEER_SIDE, PEER_SIDE }, pixel, tag::nchw)
                : memory::desc({ batch, PEER_SIDE * PEER_SIDE }, pixel, tag::nc));
    for (int i = 0; i < network->n; i++) {
        add_layer(*n, network->layer[i]);
        if (network->layer[i].pool)
            add_pool(*n, network->layer[i]);
    }
    return n;
}

void run(void *state)
{
    net &n = *static_cast<net *>(state);
    for (size_t i = 0; i < n.step.size(); i++)
        n.step[i].execute(n.flow, n.args[i]);
    n.flow.wait();
}

void destroy(void *state)
{
    delete static_cast<net *>(state);
}

} // namespace

const peer this_peer = { create, run, destroy };
