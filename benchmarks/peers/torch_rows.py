#!/usr/bin/python3
"""The canonical workloads (torch_workloads.py, which stays as it is) and what the race measures besides, in PyTorch.

  torch_rows.py [--threads 2] [--seconds 2] [NAME ...]   as torch_workloads.py, with the rows beside the machine's peaks, too
  torch_rows.py --memory NAME                            MB: the peak of the resident memory during a training's steps over what the
                                                         process had before the first; one name a process
  torch_rows.py --first NAME                             ms from a training's first step until steps stay within 1.2 times the steady one
  torch_rows.py --list                                   the names

Run it with the settings that torch_workloads.py's header names. DeepLearning.Workloads has the same rows under the same names.
"""
import argparse, itertools, json, statistics, time
import torch
import torch_workloads as w

WIDTH = 4096


def operand(rows, columns, other_way_round):
    return torch.randn(columns, rows).t() if other_way_round else torch.randn(rows, columns)


def product(m, k, n, form, metric):
    def make():
        a, b = operand(m, k, form[0] == 't'), operand(k, n, form[1] == 't')
        return lambda: torch.mm(a, b), metric, 2 * m * k * n if metric == 'gflops' else 4 * (m * k + k * n + m * n)
    return make


ONE_THREAD = {f'gemm_{form}_{n}_1t': product(n, n, n, form, 'gflops')
              for n, form in itertools.product((64, 256, 1024, 2048), ('nn', 'nt', 'tn', 'tt'))}
for size in ((1000, 37, 513), (37, 513, 1000), (513, 1000, 37), (127, 129, 131), (1023, 1025, 1027)):
    ONE_THREAD['gemm_{}x{}x{}_1t'.format(*size)] = product(*size, 'nn', 'gflops')
SKINNY = {f'skinny_{form}_{b}': product(b, WIDTH, WIDTH, form, 'gb_per_s')
          for b, form in itertools.product((1, 2, 4, 8, 16), ('nt', 'nn'))}
ROWS = {'copy': w.pointwise('copy', torch.clone, 2), **ONE_THREAD, **SKINNY}


def peak():
    with open('/proc/self/status') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('VmHWM:')) * 1024 / 1e6


def memory(name, seconds):
    torch.manual_seed(w.SEED)
    step = w.TRAINING[name]().step
    with open('/proc/self/clear_refs', 'w') as clear:
        clear.write('5')
    before, end, steps = peak(), time.perf_counter() + seconds, 0
    while steps < 20 or time.perf_counter() < end:
        step()
        steps += 1
    grown = peak() - before
    return 'mb_over_start', grown, grown


def groups(ends):
    result, steps, begin, last = [], [], 0, 0
    for end in ends:
        steps.append(end - last)
        last = end
        if end - begin >= 5:
            result.append((begin, statistics.median(steps)))
            steps, begin = [], end
    return result or [(0, statistics.median(steps))]


def first(name, seconds):
    """Steps shorter than 5 ms are taken together, and a stretch of five such counts by its median, as on the other side."""
    torch.manual_seed(w.SEED)
    step, ends, start = w.TRAINING[name]().step, [], time.perf_counter()
    while len(ends) < 30 or time.perf_counter() - start < seconds:
        step()
        ends.append((time.perf_counter() - start) * 1e3)
    found = groups(ends)
    steps = [s for _, s in found]
    limit, at = 1.2 * statistics.median(steps[len(steps) * 2 // 3:]), 0
    for i in range(len(steps) - 4):
        if statistics.median(steps[i:i + 5]) > limit:
            at = i + 3
    while at < len(steps) - 1 and steps[at] > limit:
        at += 1
    return 'ms_to_steady', found[at][0], ends[0]


if __name__ == '__main__':
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('names', nargs='*'); p.add_argument('--threads', type=int, default=2); p.add_argument('--list', action='store_true')
    p.add_argument('--seconds', type=float, default=2.0, help='time per workload')
    p.add_argument('--memory', action='store_true'); p.add_argument('--first', action='store_true'); a = p.parse_args()
    w.KERNELS.update(ROWS)
    every = {**w.TRAINING, **w.KERNELS, **w.INFERENCE}
    every = w.TRAINING if a.memory or a.first else every
    unknown = [n for n in a.names if n not in every]
    if unknown:
        p.error('unknown workload: ' + ', '.join(unknown))
    for n in every:
        if a.list:
            print(n)
        elif not a.names or n in a.names:
            threads = 1 if n in ONE_THREAD else a.threads
            torch.set_num_threads(threads)
            metric, value, best = (memory if a.memory else first if a.first else w.measure)(n, a.seconds)
            print(json.dumps({'workload': n, 'metric': metric, 'value': round(value, 5), 'best': round(best, 5), 'threads': threads,
                              'device': 'cpu', 'peer': 'torch ' + torch.__version__}), flush=True)
