"""Networks over images as torch modules with torchvision's keys, and boxes by loops over pairs."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.func import functional_call

from .blocks import block
from .recorder import Spec, apply, case, i, n, u

ORACLE = 'PyTorch 2.6'

HE = 'He et al. 2016: figure 5 and table 1, as a torch module'


def network(op, make, *shapes, _oracle, _train, **options):
    """A torch module in training or evaluation, with drawn parameters and running figures; buffers after the call follow the outputs."""
    module = make(**options).double()
    state, kept = {}, []
    for name, value in module.state_dict().items():
        last = name.split('.')[-1]
        if last == 'num_batches_tracked':
            state[name] = Spec(lambda g: torch.tensor(3))
        elif last == 'running_var':
            state[name] = u(0.5, 1.5, *value.shape, digits=3)
        else:
            state[name] = n(*value.shape, scale=0.4, shift=1.0 if 'bn' in name and last == 'weight' else 0.0, digits=3)
        if name in dict(module.named_buffers()):
            kept.append(name)
    names = list(state)
    call = [f'input{k}' if len(shapes) > 1 else 'input' for k in range(len(shapes))]

    def run(*xs, **_):
        given = {name: x.clone() if name in kept else x for name, x in zip(names, xs[len(call):])}
        module.train(_train)
        inputs = list(xs[:len(call)])
        y = functional_call(module, given, (inputs,) if len(call) > 1 else tuple(inputs))
        y = list(y) if isinstance(y, (list, tuple)) else [y]
        return y + [given[name].clone() for name in kept if _train and not name.endswith('tracked')]

    case(op, run, *[n(*s) for s in shapes], *state.values(), _names=call + names, _fixed=kept, _second=False, _oracle=_oracle, call=call,
         train=_train, alias={}, **options)


class Pad(nn.Module):
    def __init__(self, stride, inner, outer):
        super().__init__()
        self.stride, self.front, self.back = stride, (outer - inner) // 2, outer - inner - (outer - inner) // 2

    def forward(self, x):
        return F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.front, self.back))


def shortcut(inner, outer, stride, padding):
    if stride == 1 and inner == outer:
        return None
    if padding:
        return nn.Sequential(Pad(stride, inner, outer))
    return nn.Sequential(nn.Conv2d(inner, outer, 1, stride, bias=False), nn.BatchNorm2d(outer))


class Basic(nn.Module):
    expansion = 1

    def __init__(self, inner, width, stride, padding):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inner, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        self.downsample = shortcut(inner, width, stride, padding)

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inner, width, stride, padding):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inner, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width)
        self.downsample = shortcut(inner, 4 * width, stride, padding)

    def forward(self, x):
        y = torch.relu(self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x))))))
        return torch.relu(self.bn3(self.conv3(y)) + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, layers, bottleneck, small, padding):
        super().__init__()
        kind, width = Bottleneck if bottleneck else Basic, 2
        self.small = small
        self.conv1 = nn.Conv2d(1, width, 3, 1, 1, bias=False) if small else nn.Conv2d(1, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        channels = width
        for stage, count in enumerate(layers):
            blocks = []
            for k in range(count):
                blocks.append(kind(channels, width << stage, 2 if k == 0 and stage else 1, padding))
                channels = (width << stage) * kind.expansion
            setattr(self, f'layer{stage + 1}', nn.Sequential(*blocks))
        self.stages = len(layers)
        self.fc = nn.Linear(channels, 3)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = x if self.small else F.max_pool2d(x, 3, 2, 1)
        for stage in range(self.stages):
            x = getattr(self, f'layer{stage + 1}')(x)
        return self.fc(x.mean((2, 3)))


for train in [True, False]:
    for inner, stride, padding in [(2, 1, False), (2, 2, False), (3, 1, False), (1, 2, True)]:
        network('BasicBlock', lambda inner, stride, padding: Basic(inner, 2, stride, padding), (2, inner, 5, 4), _oracle=HE, _train=train,
            inner=inner,
                stride=stride, padding=padding)
        network('Bottleneck', lambda inner, stride, padding: Bottleneck(inner, 2, stride, padding), (2, inner, 5, 4), _oracle=HE,
            _train=train,
                inner=inner, stride=stride, padding=padding)
    for layers, bottleneck, small, padding in [([1, 1, 1, 1], False, False, False), ([1, 2], True, False, False),
        ([1, 1, 1], False, True, True)]:
        network('ResNet', ResNet, (2, 1, 17, 20), _oracle=HE, _train=train, layers=layers, bottleneck=bottleneck, small=small,
            padding=padding)


class ConvNorm(nn.Module):
    def __init__(self, inner, outer, kernel):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(inner, outer, kernel, padding=kernel // 2, bias=False), nn.BatchNorm2d(outer, eps=0.001)

    def forward(self, x):
        return torch.relu(self.bn(self.conv(x)))


class Inception(nn.Module):
    def __init__(self, kernel):
        super().__init__()
        self.branch1 = ConvNorm(2, 1, 1)
        self.branch2 = nn.Sequential(ConvNorm(2, 2, 1), ConvNorm(2, 3, 3))
        self.branch3 = nn.Sequential(ConvNorm(2, 1, 1), ConvNorm(1, 2, kernel))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), ConvNorm(2, 1, 1))

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class VGG(nn.Module):
    def __init__(self, norm):
        super().__init__()
        parts, channels = [], 1
        for stage in [[2], [3, 2]]:
            for width in stage:
                parts += [nn.Conv2d(channels, width, 3, padding=1)] + ([nn.BatchNorm2d(width)] if norm else []) + [nn.ReLU()]
                channels = width
            parts.append(nn.MaxPool2d(2, 2))
        self.features = nn.Sequential(*parts)
        self.classifier = nn.Sequential(nn.Linear(98, 4), nn.ReLU(), nn.Dropout(0), nn.Linear(4, 4), nn.ReLU(), nn.Dropout(0),
            nn.Linear(4, 3))

    def forward(self, x):
        return self.classifier(F.adaptive_avg_pool2d(self.features(x), 7).flatten(1))


class Squeeze(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(3, 2, 1), nn.Conv2d(2, 3, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.fc2(torch.relu(self.fc1(x.mean((2, 3), keepdim=True)))))


class Separable(nn.Module):
    def __init__(self, stride):
        super().__init__()
        self.depthwise, self.bn1 = nn.Conv2d(2, 2, 3, stride, 1, groups=2, bias=False), nn.BatchNorm2d(2)
        self.pointwise, self.bn2 = nn.Conv2d(2, 3, 1, bias=False), nn.BatchNorm2d(3)

    def forward(self, x):
        return torch.relu(self.bn2(self.pointwise(torch.relu(self.bn1(self.depthwise(x))))))


class Inverted(nn.Module):
    def __init__(self, outer, stride, expand):
        super().__init__()
        inner = 2 * expand
        first = [nn.Sequential(nn.Conv2d(2, inner, 1, bias=False), nn.BatchNorm2d(inner), nn.ReLU6())] if expand != 1 else []
        self.conv = nn.Sequential(
            *first, nn.Sequential(nn.Conv2d(inner, inner, 3, stride, 1, groups=inner, bias=False), nn.BatchNorm2d(inner), nn.ReLU6()),
            nn.Conv2d(inner, outer, 1, bias=False), nn.BatchNorm2d(outer))
        self.adds = stride == 1 and outer == 2

    def forward(self, x):
        return self.conv(x) + x if self.adds else self.conv(x)


class Pyramid(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner_blocks = nn.ModuleList(nn.Sequential(nn.Conv2d(c, 2, 1)) for c in [2, 3, 4])
        self.layer_blocks = nn.ModuleList(nn.Sequential(nn.Conv2d(2, 2, 3, padding=1)) for _ in range(3))

    def forward(self, levels):
        last, outputs = None, []
        for inner, layer, x in reversed(list(zip(self.inner_blocks, self.layer_blocks, levels))):
            x = inner(x)
            last = x if last is None else x + F.interpolate(last, size=x.shape[-2:], mode='nearest')
            outputs.insert(0, layer(last))
        return outputs


for train in [True, False]:
    for kernel in [3, 5]:
        network('InceptionBlock', Inception, (2, 2, 5, 4), _oracle='Szegedy et al. 2015: figure 2', _train=train, kernel=kernel)
    for norm in [False, True]:
        network('VGG', VGG, (2, 1, 30, 28), _oracle='Simonyan and Zisserman 2015: table 1', _train=train, norm=norm)
    for stride in [1, 2]:
        network('DepthwiseSeparableBlock', Separable, (2, 2, 5, 4), _oracle='Howard et al. 2017: figure 3', _train=train, stride=stride)
    for outer, stride, expand in [(2, 1, 3), (2, 2, 3), (3, 1, 1)]:
        network('InvertedResidual', Inverted, (2, 2, 5, 4), _oracle='Sandler et al. 2018: table 1', _train=train, outer=outer,
            stride=stride, expand=expand)
network('SqueezeExcitation', Squeeze, (2, 3, 4, 3), _oracle='Hu et al. 2018: equation 3', _train=True)
network('FeaturePyramid', Pyramid, (2, 2, 7, 8), (2, 3, 4, 4), (2, 4, 2, 2), _oracle='Lin et al. 2017: figure 3', _train=True)


# Boxes

def boxes(count):
    return apply(lambda a, b: torch.cat([a, a + b], -1), u(0, 10, count, 2, digits=2), u(0.5, 8, count, 2, digits=2))


def overlap(a, b):
    w = torch.clamp(torch.min(a[2], b[2]) - torch.max(a[0], b[0]), min=0)
    h = torch.clamp(torch.min(a[3], b[3]) - torch.max(a[1], b[1]), min=0)
    inter = w * h
    return inter, (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter


def iou(a, b):
    inter, union = overlap(a, b)
    return inter / union


def giou(a, b, eps=0.0):
    inter, union = overlap(a, b)
    around = (torch.max(a[2], b[2]) - torch.min(a[0], b[0])) * (torch.max(a[3], b[3]) - torch.min(a[1], b[1]))
    return inter / (union + eps) - (around - union) / (around + eps)


def every(fn):
    return lambda x, p: torch.stack([torch.stack([fn(a, b) for b in x['second']]) for a in x['first']])


for first, second in [(4, 3), (1, 5)]:
    block('Boxes.IoU', every(iou), {'first': boxes(first), 'second': boxes(second)}, {}, 'the definition')
    block('Boxes.GIoU', every(giou), {'first': boxes(first), 'second': boxes(second)}, {}, 'Rezatofighi et al. 2019: algorithm 1')
    block('Boxes.GIoULoss', lambda x, p: torch.stack([1 - giou(a, b, 1e-7) for a, b in zip(x['first'], x['second'])]).mean(),
          {'first': boxes(first), 'second': boxes(first)}, {}, 'Rezatofighi et al. 2019: algorithm 1')


def suppress(x, p, threshold):
    left = sorted(range(len(x['boxes'])), key=lambda k: -float(x['scores'][k]))
    kept = []
    while left:
        best = left.pop(0)
        kept.append(best)
        left = [k for k in left if iou(x['boxes'][best], x['boxes'][k]) <= threshold]
    return torch.tensor(kept)


for threshold in [0.0, 0.2, 0.5, 1.0]:
    for count in [1, 30]:
        block('Boxes.NonMaximumSuppression', suppress, {'boxes': boxes(count), 'scores': u(0, 1, count, digits=3)}, {},
            'greedy, pair by pair',
              _second=False, threshold=threshold)


def match(x, p, foreground, background, every_box):
    table = every(iou)({'first': x['anchors'], 'second': x['boxes']}, p)
    best, index = table.max(1)
    result = []
    for a in range(len(table)):
        value = int(index[a]) if best[a] >= foreground else -1 if best[a] < background else -2
        if every_box and any(table[a, b] == table[:, b].max() and table[a, b] > 0 for b in range(table.shape[1])):
            value = int(index[a])
        result.append(value)
    return torch.tensor(result)


for foreground, background, every_box in [(0.5, 0.4, True), (0.5, 0.5, True), (0.3, 0.1, False)]:
    block('Anchors.Match', match, {'anchors': boxes(25), 'boxes': boxes(4)}, {}, 'Lin et al. 2017: section 4', _second=False,
        foreground=foreground,
          background=background, every_box=every_box)


def encode(x, p, center, size):
    b, a = x['boxes'], x['anchors']
    aw, ah = a[:, 2] - a[:, 0], a[:, 3] - a[:, 1]
    bw, bh = b[:, 2] - b[:, 0], b[:, 3] - b[:, 1]
    return torch.stack([center * ((b[:, 0] + b[:, 2]) / 2 - (a[:, 0] + a[:, 2]) / 2) / aw,
        center * ((b[:, 1] + b[:, 3]) / 2 - (a[:, 1] + a[:, 3]) / 2) / ah,
                        size * torch.log(bw / aw), size * torch.log(bh / ah)], 1)


def decode(x, p, center, size):
    d, a = x['differences'], x['anchors']
    aw, ah = a[:, 2] - a[:, 0], a[:, 3] - a[:, 1]
    cx, cy = d[:, 0] / center * aw + (a[:, 0] + a[:, 2]) / 2, d[:, 1] / center * ah + (a[:, 1] + a[:, 3]) / 2
    w, h = (torch.exp(torch.clamp(d[:, k] / size, max=math.log(1000 / 16))) * s for k, s in [(2, aw), (3, ah)])
    return torch.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], 1)


for center, size in [(1.0, 1.0), (10.0, 5.0)]:
    block('Anchors.Encode', encode, {'boxes': boxes(3), 'anchors': boxes(3)}, {}, 'Girshick et al. 2014: appendix C', center=center,
        size=size)
    block('Anchors.Decode', decode, {'differences': n(3, 4, scale=5), 'anchors': boxes(3)}, {}, 'Girshick et al. 2014: appendix C',
        center=center, size=size)


# SSD, by loops

def match_ssd(x, p, threshold):
    table = every(iou)({'first': x['anchors'], 'second': x['boxes']}, p)
    best, index = table.max(1)
    result = [int(index[a]) if best[a] >= threshold else -1 for a in range(len(table))]
    left = table.clone()
    for _ in range(min(table.shape)):
        place = int(left.argmax())
        a, b = divmod(place, table.shape[1])
        if left[a, b] <= 0:
            break
        result[a] = b
        left[a, :] = -1
        left[:, b] = -1
    return torch.tensor(result)


def crowd(count):
    """Boxes around one place, so that several have the same best anchor."""
    return apply(lambda a, b: torch.cat([a, a + b], -1), u(3, 4, count, 2, digits=2), u(2, 4, count, 2, digits=2))


LIU = 'Liu et al. 2016: section 2.2'
for threshold in [0.5, 0.9, 0.1, 0.0]:
    for anchors, true in [(25, 4), (6, 6), (3, 5)]:
        block('MultiBox.Match', match_ssd, {'anchors': crowd(anchors), 'boxes': crowd(true)}, {}, LIU, _second=False, threshold=threshold)
        block('MultiBox.Match', match_ssd, {'anchors': boxes(anchors), 'boxes': boxes(true)}, {}, LIU, _second=False, threshold=threshold)


def targets(x, p, threshold):
    matches = match_ssd(x, p, threshold).tolist()
    rows, classes = [], []
    for a, b in enumerate(matches):
        pair = {'boxes': x['boxes'][max(b, 0)][None], 'anchors': x['anchors'][a][None]}
        rows.append(encode(pair, p, 10.0, 5.0)[0] if b >= 0 else torch.zeros(4, dtype=torch.float64))
        classes.append(int(x['classes'][b]) if b >= 0 else 0)
    return torch.stack(rows), torch.tensor(classes)


for threshold in [0.5, 0.2]:
    for anchors, true in [(20, 3), (2, 3)]:
        block('MultiBox.Targets', targets, {'anchors': crowd(anchors), 'boxes': crowd(true), 'classes': i(1, 5, true)}, {}, LIU, _second=False,
              _fixed=('anchors', 'boxes'), threshold=threshold)


def multi_box_loss(x, p, negatives):
    regression, classification, found = 0.0, 0.0, 0
    for d, logits, td, tc in zip(x['differences'], x['logits'], x['target'], x['classes']):
        entropy = -torch.log_softmax(logits, -1)[torch.arange(len(tc)), tc]
        positive = [a for a in range(len(tc)) if tc[a] > 0]
        rest = sorted((a for a in range(len(tc)) if tc[a] == 0), key=lambda a: -float(entropy[a].detach()))
        found += len(positive)
        for a in positive:
            gap = (d[a] - td[a]).abs()
            regression = regression + torch.where(gap < 1, 0.5 * gap ** 2, gap - 0.5).sum()
        for a in positive + rest[:int(negatives * len(positive))]:
            classification = classification + entropy[a]
    zero = 0 * x['differences'].sum() + 0 * x['logits'].sum()
    return (regression + zero) / max(found, 1), (classification + zero) / max(found, 1)


for negatives in [3.0, 1.0, 0.0, 0.5, 100.0]:
    for low in [0, -12, -100]:
        block('MultiBox.Loss', multi_box_loss,
              {'differences': n(2, 9, 4), 'logits': n(2, 9, 3), 'target': n(2, 9, 4, scale=2.0),
               'classes': apply(lambda c: c.clamp(min=0), i(low, 3, 2, 9))}, {},
              'Liu et al. 2016: equations 1 to 3 and section 2.2 (hard negative mining)', _fixed=('target',), negatives=negatives)


def detect(x, p, height, width, score, overlap_allowed, candidates, most):
    decoded = decode({'differences': x['differences'], 'anchors': x['anchors']}, p, 10.0, 5.0)
    decoded = torch.stack([decoded[:, 0].clamp(0, width), decoded[:, 1].clamp(0, height), decoded[:, 2].clamp(0, width),
                           decoded[:, 3].clamp(0, height)], 1)
    probability = torch.softmax(x['logits'], -1)
    kept = []
    for label in range(1, probability.shape[1]):
        left = sorted((a for a in range(len(decoded)) if probability[a, label] > score), key=lambda a: -float(probability[a, label]))
        left = left[:candidates]
        while left:
            first = left.pop(0)
            kept.append((float(probability[first, label]), first, label))
            left = [a for a in left if not iou(decoded[first], decoded[a]) > overlap_allowed]
    kept = sorted(kept, key=lambda k: -k[0])[:most]
    rows = [k[1] for k in kept]
    return decoded[rows], torch.tensor([k[0] for k in kept], dtype=torch.float64), torch.tensor([k[2] for k in kept])


for score, overlap_allowed, candidates, most in [(0.01, 0.45, 400, 200), (0.3, 0.2, 400, 200), (0.1, 0.45, 5, 200), (0.05, 0.6, 400, 7)]:
    block('MultiBox.Detect', detect, {'differences': n(30, 4, scale=2.0), 'logits': n(30, 4), 'anchors': boxes(30)}, {},
          'Liu et al. 2016: section 3.1, as loops', _second=False, _fixed=('differences', 'logits', 'anchors'), height=15.0, width=14.0,
          score=score, overlap_allowed=overlap_allowed, candidates=candidates, most=most)
