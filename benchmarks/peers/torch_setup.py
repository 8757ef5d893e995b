#!/usr/bin/python3
"""What PyTorch this interpreter has and how fast its matrix product is: one JSON object, for a check before a race.

  {"peer", "threads", "gemm_one_thread", "gemm", "blas", "openmp", "libraries", "capability"}; GFLOP/s, the best of some 512 x 512
  products of float32. Or {"error"}: why there is nothing to race against.

Run it with the settings that torch_workloads.py's header names: torch_setup.py [--threads N] [--seconds S]
"""
import argparse, json, re, sys, time

try:
    import torch
except Exception as error:  # a missing module, or a library that does not load
    print(json.dumps({'error': f'{type(error).__name__}: {error}'}))
    sys.exit(0)


def gflops(threads, seconds, size=512):
    """The fastest of some products; for one thread by the processor's time, which does not count what others take on a busy machine."""
    torch.set_num_threads(threads)
    a, b = torch.randn(size, size), torch.randn(size, size)
    clock = time.thread_time if threads == 1 else time.perf_counter
    best, end = float('inf'), time.perf_counter() + seconds
    for call in range(1_000_000):
        start = clock()
        a @ b
        best = min(best, clock() - start)
        if call >= 5 and time.perf_counter() > end:
            break
    return 2.0 * size ** 3 / best / 1e9


def loaded():
    """The BLAS and OpenMP libraries that are mapped into this process; what is linked into PyTorch itself has no file of its own."""
    pattern = re.compile(r'(blas|mkl|blis|atlas|accelerate|gomp|iomp|libomp|dnnl|onednn|lapack|flame)', re.IGNORECASE)
    try:
        with open('/proc/self/maps') as maps:
            paths = {line.split(None, 5)[5].strip() for line in maps if len(line.split(None, 5)) == 6}
    except OSError:
        return []
    return sorted(path for path in paths if path.startswith('/') and pattern.search(path.rsplit('/', 1)[1]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--threads', type=int, default=torch.get_num_threads())
    parser.add_argument('--seconds', type=float, default=0.5)
    options = parser.parse_args()
    one = gflops(1, options.seconds)
    all_threads = gflops(options.threads, options.seconds) if options.threads > 1 else one
    build = torch.__config__.show()
    named = re.search(r'BLAS_INFO=([^,\s]+)', build)
    mkl = re.search(r'oneAPI Math Kernel Library[^\n]*|Math Kernel Library[^\n]*', build)
    capability = re.search(r'CPU capability usage: *(\S+)', build)
    openmp = re.search(r'OpenMP [^\n]*', torch.__config__.parallel_info())
    print(json.dumps({
        'peer': 'torch ' + torch.__version__, 'threads': options.threads, 'gemm_one_thread': round(one, 1),
        'gemm': round(all_threads, 1), 'blas': mkl.group(0) if mkl else named.group(1) if named else 'unknown',
        'openmp': openmp.group(0) if openmp else 'none', 'libraries': loaded(),
        'capability': capability.group(1) if capability else 'unknown'}))


main()
