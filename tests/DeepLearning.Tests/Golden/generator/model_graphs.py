"""Layers over graphs, by dense adjacency matrices and by loops over the edges, and embeddings of knowledge graphs."""
import torch
import torch.nn.functional as F

from .blocks import block
from .recorder import n, u, v

ORACLE = 'PyTorch 2.6'

KIPF = 'Kipf and Welling 2017: equation 2'
HAMILTON = 'Hamilton, Ying and Leskovec 2017: algorithm 1 and section 3.3'
VELICKOVIC = 'Velickovic et al. 2018: equations 3 to 6'
BORDES = 'Bordes et al. 2013: equation 1'
YANG = 'Yang et al. 2015: equation 2'

I64 = torch.int64
# six nodes: a loop, two equal edges, a node without an edge
EDGES = v([[0, 1, 2, 2, 0, 3, 3, 4, 1], [1, 2, 0, 2, 4, 1, 1, 3, 4]], dtype=I64)
NONE = v([[], []], dtype=I64)


def adjacency(x, edges, weight):
    """Row: target, column: source; equal edges add up."""
    a = torch.zeros(len(x), len(x), dtype=x.dtype)
    return a.index_put((edges[1], edges[0]), torch.ones(edges.shape[1], dtype=x.dtype) if weight is None else weight, accumulate=True)


def gcn(x, p, normalize, loops, bias, **_):
    nodes, edges = x['x'], x['edges']
    a = adjacency(nodes, edges, x.get('weight'))
    if loops:
        has = torch.zeros(len(nodes), dtype=torch.bool)
        has[edges[0][edges[0] == edges[1]]] = True
        a = a + torch.diag((~has).to(a.dtype))
    if normalize:
        degree = a.sum(1)
        root = torch.where(degree > 0, torch.where(degree > 0, degree, 1.0) ** -0.5, 0.0)
        a = root[:, None] * a * root[None]
    y = a @ nodes @ p['lin.weight'].T
    return y + p['bias'] if bias else y


def incoming(edges, i):
    return [e for e in range(edges.shape[1]) if edges[1, e] == i]


def sage(x, p, aggregation, project, normalize, root, bias, **_):
    nodes, edges = x['x'], x['edges']
    h = torch.relu(F.linear(nodes, p['lin.weight'], p['lin.bias'])) if project else nodes
    rows = []
    for i in range(len(nodes)):
        mine = [h[edges[0, e]] for e in incoming(edges, i)]
        join = {'sum': lambda m: m.sum(0), 'mean': lambda m: m.mean(0), 'max': lambda m: m.amax(0)}[aggregation]
        rows.append(join(torch.stack(mine)) if mine else torch.zeros_like(h[0]))
    y = F.linear(torch.stack(rows), p['lin_l.weight'], p.get('lin_l.bias'))
    if root:
        y = y + F.linear(nodes, p['lin_r.weight'])
    return F.normalize(y, dim=-1) if normalize else y


def gat(x, p, out, heads, concat, loops, bias, **_):
    nodes, edges = x['x'], x['edges']
    if loops:
        alone = [i for i in range(len(nodes)) if not any(edges[0, e] == i for e in incoming(edges, i))]
        edges = torch.cat([edges, torch.tensor([alone, alone], dtype=I64)], 1)
    h = (nodes @ p['lin.weight'].T).reshape(len(nodes), heads, out)
    rows = []
    for i in range(len(nodes)):
        mine = incoming(edges, i)
        per_head = []
        for k in range(heads):
            if not mine:
                per_head.append(torch.zeros(out, dtype=nodes.dtype))
                continue
            scores = torch.stack([h[edges[0, e], k] @ p['att_src'][0, k] + h[i, k] @ p['att_dst'][0, k] for e in mine])
            alpha = torch.softmax(F.leaky_relu(scores, 0.2), 0)
            per_head.append(sum(a * h[edges[0, e], k] for a, e in zip(alpha, mine)))
        rows.append(torch.cat(per_head) if concat else torch.stack(per_head).mean(0))
    y = torch.stack(rows)
    return y + p['bias'] if bias else y


def pool(x, p, aggregation, count):
    nodes, graphs = x['x'], x['graphs']
    rows = []
    for g in range(count or int(graphs.max()) + 1):
        mine = nodes[graphs == g]
        rows.append(mine.sum(0) if aggregation == 'sum' else mine.mean(0) if aggregation == 'mean' else mine.amax(0))
    return torch.stack(rows)


for edges in [EDGES, NONE]:
    for normalize, loops in [(True, True), (True, False), (False, False), (False, True)]:
        for bias in [True, False]:
            for weighted in [False, True]:
                inputs = {'x': n(6, 3), 'edges': edges}
                if weighted:
                    if edges is NONE:
                        continue
                    inputs['weight'] = u(0.3, 2, 9)
                block('GCNConv', gcn, inputs, {'lin.weight': (2, 3), **({'bias': (2,)} if bias else {})}, KIPF, normalize=normalize,
                      loops=loops, bias=bias, **{'in': 3, 'out': 2})
    for aggregation in ['sum', 'mean', 'max']:
        for project, normalize, root, bias in [(False, False, True, True), (True, False, True, True), (False, True, True, False),
            (True, False, False, True)]:
            shapes = {'lin_l.weight': (2, 3)}
            if project:
                shapes.update({'lin.weight': (3, 3), 'lin.bias': (3,)})
            if bias:
                shapes['lin_l.bias'] = (2,)
            if root:
                shapes['lin_r.weight'] = (2, 3)
            block('SAGEConv', sage, {'x': n(6, 3), 'edges': edges}, shapes, HAMILTON, aggregation=aggregation, project=project,
                  normalize=normalize, root=root, bias=bias, **{'in': 3, 'out': 2})
    for heads in [1, 3]:
        for concat in [True, False]:
            for loops in [True, False]:
                for bias in [True, False]:
                    shapes = {'lin.weight': (heads * 2, 3), 'att_src': (1, heads, 2), 'att_dst': (1, heads, 2)}
                    if bias:
                        shapes['bias'] = (heads * 2,) if concat else (2,)
                    block('GATConv', gat, {'x': n(6, 3), 'edges': edges}, shapes, VELICKOVIC, out=2, heads=heads, concat=concat,
                        loops=loops,
                          bias=bias, **{'in': 3})
for aggregation in ['sum', 'mean', 'max']:
    for count in [None, 3] + ([5] if aggregation == 'sum' else []):
        block('GlobalPool', pool, {'x': n(6, 3), 'graphs': v(0, 0, 2, 1, 2, 0, dtype=I64)}, {}, 'the definition', aggregation=aggregation,
            count=count)

TRIPLES = v([[0, 0, 1], [2, 2, 4], [3, 1, 3], [0, 0, 1]], dtype=I64)
OTHERS = v([[0, 0, 3], [1, 2, 4], [3, 1, 0], [2, 0, 1]], dtype=I64)
TABLES = {'node_emb.weight': (5, 4), 'rel_emb.weight': (3, 4)}


def parts(triples, p):
    return p['node_emb.weight'][triples[..., 0]], p['rel_emb.weight'][triples[..., 1]], p['node_emb.weight'][triples[..., 2]]


def transe(triples, table, p):
    h, r, t = parts(triples, table)
    return -((h + r - t).abs().sum(-1) if p == 1 else ((h + r - t) ** 2).sum(-1).sqrt())


def distmult(x, p):
    h, r, t = parts(x['triples'], p)
    return torch.einsum('...d,...d,...d->...', h, r, t)


for triples in [TRIPLES, v([[[0, 0, 1]], [[2, 2, 4]]], dtype=I64), v(4, 1, 0, dtype=I64)]:
    for norm in [1, 2]:
        block('TransE', lambda x, table, p: transe(x['triples'], table, p), {'triples': triples}, TABLES, BORDES, p=norm)
    block('DistMult', lambda x, p: distmult(x, p), {'triples': triples}, TABLES, YANG)
for margin in [0.1, 1.0]:
    block('KnowledgeGraphEmbedding.RankingLoss',
          lambda x, p, margin: torch.clamp(margin - transe(x['triples'], p, 2) + transe(x['corrupted'], p, 2), min=0).mean(),
          {'triples': TRIPLES, 'corrupted': OTHERS}, TABLES, BORDES, margin=margin)
