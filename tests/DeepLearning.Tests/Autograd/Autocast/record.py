#!/usr/bin/python3
"""Records the types in which PyTorch's operations compute under autocast with bfloat16, for AutocastTypesTests.

    python3 tests/DeepLearning.Tests/Autograd/Autocast/record.py > tests/DeepLearning.Tests/Autograd/Autocast/types.tsv

A line an operation, named as the rows of the sweep are: the type of the result on a GPU and on the processor, each for operands of float32,
of bfloat16, and of both (the first of bfloat16). A GPU is not needed: fake tensors know its rules. PyTorch 2.6.
"""
import warnings

import torch
import torch.nn.functional as F
from torch._subclasses.fake_tensor import FakeTensorMode

warnings.filterwarnings('ignore')
ROWS = {}
V = (2, 3)


def row(name, function, *shapes):
    ROWS[name] = (function, shapes or (V,))


def classes(x, n):
    return torch.zeros(n, dtype=torch.long, device=x.device)


def ones(x, *shape):
    return torch.ones(shape, device=x.device)


for line in '''Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Digamma Erf Erfc ErfInv Exp Exp2 Expm1 Floor Frac Log Log10 Log1p Log2 Round
        Rsqrt Sigmoid Sign Sin Sinc Sinh Sqrt Square Tan Tanh Trunc Relu Reciprocal Logit'''.split():
    row(line, getattr(torch, line.lower()))
for line in 'Add Subtract Multiply Divide Maximum Minimum Fmax Fmin Atan2 Hypot Fmod Remainder'.split():
    row(line, getattr(torch, line.lower()), V, V)
row('Pow', torch.pow, V, V)
row('Pow:number', lambda x: x ** 2.5)
row('Softplus', F.softplus)
row('Gelu', F.gelu)
row('Silu', F.silu)
row('Elu', F.elu)
row('Mish', F.mish)
row('LeakyRelu', F.leaky_relu)
row('LogSigmoid', F.logsigmoid)
row('Softsign', F.softsign)
row('Prelu', F.prelu, V, (3,))
row('Lerp', torch.lerp, V, V, V)
row('AddCMul', torch.addcmul, V, V, V)
row('AddCDiv', torch.addcdiv, V, V, V)
row('Clamp:numbers', lambda x: x.clamp(-1, 1))
row('Where', lambda a, b: torch.where(a > b, a, b), V, V)

row('Sum', torch.sum)
row('Mean', torch.mean)
row('Prod', torch.prod)
row('CumSum', lambda x: x.cumsum(1))
row('CumProd', lambda x: x.cumprod(1))
row('LogCumSumExp', lambda x: x.logcumsumexp(1))
row('LogSumExp', lambda x: x.logsumexp(1))
row('Softmax', lambda x: x.softmax(1))
row('LogSoftmax', lambda x: x.log_softmax(1))
row('Softmin', lambda x: F.softmin(x, 1))
row('Norm', lambda x: torch.linalg.vector_norm(x))
row('Var', torch.var)
row('Std', torch.std)
row('Max', torch.max)
row('Amax', torch.amax)
row('Median', torch.median)
row('Quantile', lambda x: torch.quantile(x, 0.3), V)
row('Normalize', F.normalize)
row('Trace', torch.trace, (3, 3))
row('Diff', torch.diff)

row('MatMul', torch.matmul, (2, 3), (3, 4))
row('Mm', torch.mm, (2, 3), (3, 4))
row('Mv', torch.mv, (2, 3), (3,))
row('Bmm', torch.bmm, (2, 2, 3), (2, 3, 4))
row('Dot', torch.dot, (3,), (3,))
row('Inner', torch.inner, (2, 3), (4, 3))
row('Outer', torch.outer, (3,), (4,))
row('Kron', torch.kron, (2, 2), (2, 2))
row('Cross', torch.cross, (2, 3), (2, 3))
row('Addmm', torch.addmm, (2, 4), (2, 3), (3, 4))
row('Addmv', torch.addmv, (2,), (2, 3), (3,))
row('Baddbmm', torch.baddbmm, (2, 2, 4), (2, 2, 3), (2, 3, 4))
row('Einsum', lambda a, b: torch.einsum('ij,jk->ik', a, b), (2, 3), (3, 4))
row('Tensordot', lambda a, b: torch.tensordot(a, b, 1), (2, 3), (3, 4))
row('Linalg.MultiDot', lambda *x: torch.linalg.multi_dot(x), (2, 3), (3, 4), (4, 2))
row('MatrixPower', lambda x: torch.linalg.matrix_power(x, 3), (3, 3))
row('Linear', F.linear, (2, 3), (4, 3), (4,))
row('Bilinear', F.bilinear, (2, 3), (2, 4), (5, 3, 4))
row('Cdist', torch.cdist, (2, 3), (4, 3))
row('Pdist', torch.pdist, (3, 4))
row('PairwiseDistance', F.pairwise_distance, V, V)
row('CosineSimilarity', F.cosine_similarity, V, V)

row('Conv1d', F.conv1d, (2, 3, 8), (4, 3, 3), (4,))
row('Conv2d', F.conv2d, (2, 3, 8, 8), (4, 3, 3, 3), (4,))
row('Conv3d', F.conv3d, (2, 3, 5, 5, 5), (4, 3, 3, 3, 3), (4,))
row('ConvTranspose1d', F.conv_transpose1d, (2, 3, 8), (3, 4, 3), (4,))
row('ConvTranspose2d', F.conv_transpose2d, (2, 3, 8, 8), (3, 4, 3, 3), (4,))
row('ConvTranspose3d', F.conv_transpose3d, (2, 3, 5, 5, 5), (3, 4, 3, 3, 3), (4,))
row('ScaledDotProductAttention', F.scaled_dot_product_attention, (2, 3, 4), (2, 3, 4), (2, 3, 4))
row('LayerNorm', lambda x, w, b: F.layer_norm(x, (3,), w, b), V, (3,), (3,))
row('GroupNorm', lambda x, w, b: F.group_norm(x, 2, w, b), (2, 4, 3), (4,), (4,))
row('BatchNorm', lambda x, w, b: F.batch_norm(x, None, None, w, b, True), (4, 3, 5), (3,), (3,))
row('InstanceNorm', lambda x, w, b: F.instance_norm(x, weight=w, bias=b), (2, 3, 5), (3,), (3,))
row('RmsNorm', lambda x, w: F.rms_norm(x, (3,), w), V, (3,))
row('LocalResponseNorm', lambda x: F.local_response_norm(x, 3), (2, 4, 3))
row('MaxPool2d', lambda x: F.max_pool2d(x, 2), (2, 3, 4, 4))
row('AvgPool2d', lambda x: F.avg_pool2d(x, 2), (2, 3, 4, 4))
row('AvgPool3d', lambda x: F.avg_pool3d(x, 2), (2, 3, 4, 4, 4))
row('AdaptiveAvgPool2d', lambda x: F.adaptive_avg_pool2d(x, 2), (2, 3, 4, 4))
row('Interpolate', lambda x: F.interpolate(x, scale_factor=2.0), (2, 3, 4, 4))
row('GridSample', lambda x, g: F.grid_sample(x, g, align_corners=False), (2, 3, 4, 4), (2, 2, 2, 2))
row('PixelShuffle', lambda x: F.pixel_shuffle(x, 2), (2, 4, 3, 3))
row('Pad:reflect', lambda x: F.pad(x, (1, 1), mode='reflect'), (2, 3, 4))
row('Pad', lambda x: F.pad(x, (1, 1)), (2, 3, 4))

row('Cat', lambda a, b: torch.cat((a, b)), V, V)
row('Stack', lambda a, b: torch.stack((a, b)), V, V)
row('Reshape', lambda x: x.reshape(-1))
row('Transpose', lambda x: x.T)
row('Flip', lambda x: x.flip(0))
row('Gather', lambda x: x.gather(1, torch.zeros((2, 1), dtype=torch.long, device=x.device)))
row('Embedding', lambda w: F.embedding(torch.zeros(3, dtype=torch.long, device=w.device), w), (4, 3))
row('ScatterAdd', lambda x, v: x.scatter_add(1, torch.zeros(V, dtype=torch.long, device=x.device), v), V, V)
row('Dropout', lambda x: F.dropout(x, 0.5))

row('Loss.MSE', F.mse_loss, V, V)
row('Loss.L1', F.l1_loss, V, V)
row('Loss.Huber', F.huber_loss, V, V)
row('Loss.SmoothL1', F.smooth_l1_loss, V, V)
row('Loss.BCEWithLogits', F.binary_cross_entropy_with_logits, V, V)
row('Loss.KLDiv', F.kl_div, V, V)
row('Loss.NLL', lambda x: F.nll_loss(x, classes(x, 4)), (4, 3))
row('Loss.CrossEntropy', lambda x: F.cross_entropy(x, classes(x, 4)), (4, 3))
row('Loss.CrossEntropy:probabilities', F.cross_entropy, V, V)
row('Loss.PoissonNLL', F.poisson_nll_loss, V, V)
row('Loss.GaussianNLL', F.gaussian_nll_loss, V, V, V)
row('Loss.HingeEmbedding', lambda x: F.hinge_embedding_loss(x, ones(x, 2, 3)))
row('Loss.MarginRanking', lambda a, b: F.margin_ranking_loss(a, b, ones(a, 2, 3)), V, V)
row('Loss.SoftMargin', lambda x: F.soft_margin_loss(x, ones(x, 2, 3)))
row('Loss.CosineEmbedding', lambda a, b: F.cosine_embedding_loss(a, b, ones(a, 2)), V, V)
row('Loss.TripletMargin', F.triplet_margin_loss, V, V, V)
row('Loss.MultiMargin', lambda x: F.multi_margin_loss(x, classes(x, 4)), (4, 3))
row('Loss.MultiLabelSoftMargin', lambda x: F.multilabel_soft_margin_loss(x, ones(x, 2, 3)))


def result(function, shapes, device, dtypes):
    try:
        inputs = [torch.ones(s, device=device, dtype=dtypes[min(i, 1)]) for i, s in enumerate(shapes)]
        return str(function(*inputs).dtype).removeprefix('torch.')
    except Exception:  # operands of two types, most often
        return 'error'


def column(device, dtypes):
    torch.set_autocast_enabled(device, True)
    torch.set_autocast_dtype(device, torch.bfloat16)
    found = {name: result(function, shapes, device, dtypes) for name, (function, shapes) in ROWS.items()}
    torch.set_autocast_enabled(device, False)
    torch.clear_autocast_cache()
    return found


if __name__ == '__main__':
    F32, LOW = torch.float32, torch.bfloat16
    columns = []
    with FakeTensorMode():
        columns += [column('cuda', types) for types in ((F32, F32), (LOW, LOW), (LOW, F32))]
    columns += [column('cpu', types) for types in ((F32, F32), (LOW, LOW), (LOW, F32))]
    print('# PyTorch', torch.__version__.split('+')[0], '- by record.py')
    print('\t'.join(['operation'] + [f'{d} {t}' for d in ('gpu', 'processor') for t in ('float32', 'bfloat16', 'both')]))
    for name in ROWS:
        print('\t'.join([name] + [c[name] for c in columns]))
