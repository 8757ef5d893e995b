"""Linear algebra. Signs and phases of factors are free: cases with a factor record what does not depend on them."""
import torch

from . import recorder
from .recorder import apply, case, n, v

L = torch.linalg
recorder.digits = 12  # LAPACK's last bits depend on where its arrays lie


def spd(*shape):
    return apply(lambda x: (x @ x.mT + 0.5 * torch.eye(shape[-1], dtype=x.dtype)), n(*shape, digits=3))


def regular(*shape):
    return apply(lambda x: x + 2 * torch.eye(shape[-1], dtype=x.dtype), n(*shape, digits=3))


for shape in [(3, 3), (2, 3, 3), (1, 1)]:
    A, P = regular(*shape), spd(*shape)
    case('inverse', torch.inverse, A)
    case('det', torch.det, A)
    case('slogdet', lambda x: tuple(torch.slogdet(x)), A)
    case('cholesky', L.cholesky, P)
    case('solve', L.solve, A, n(*shape[:-1], 2))
    case('eigvalsh', lambda x: L.eigvalsh((x + x.mT) / 2), P)
case('solve', L.solve, regular(3, 3), n(3))
case('solve', L.solve, regular(3, 3), n(2, 3, 2))
case('det', torch.det, v([[1.0, 2.0], [2.0, 4.0]]), _grad=False)  # PyTorch 1.13 gives a gradient of zeros, not the cofactors
case('det', torch.det, v([[0.0, 1.0], [1.0, 0.0]]), _second=False)
case('slogdet', lambda x: tuple(torch.slogdet(x)), v([[0.0, 1.0], [1.0, 0.0]]), _second=False)
case('slogdet', lambda x: tuple(torch.slogdet(x)), v([[1.0, 2.0], [2.0, 4.0]]), _grad=False)
case('inverse', torch.inverse, regular(3, 3).f32, _second=False)
case('det', torch.det, regular(3, 3).f32, _second=False)


def eigh_power(x):
    """Eigenvalues and V f(w) V^T: through the vectors, but whatever their signs."""
    w, q = L.eigh((x + x.mT) / 2)
    return w, q @ (w.tanh().unsqueeze(-1) * q.mT)


def svd_power(x):
    """Singular values and U f(s) V^T."""
    p, s, q = L.svd(x, full_matrices=False)
    return s, p @ (s.tanh().unsqueeze(-1) * q)


def qr_product(x):
    """Q Q^T m and |R|: the signs of the rows of R are free."""
    q, r = L.qr(x)
    m = torch.arange(x.shape[-2] * 2, dtype=x.dtype).reshape(x.shape[-2], 2) * 0.1
    return q @ (q.mT @ m), r.abs()


case('eigh', eigh_power, n(3, 3))
case('eigh', eigh_power, n(2, 3, 3))
case('eigh', eigh_power, n(1, 1))
for shape in [(3, 3), (4, 2), (2, 4), (2, 3, 2)]:
    case('svd', svd_power, n(*shape))
    case('svdvals', L.svdvals, n(*shape))
for shape in [(3, 3), (4, 2), (2, 3, 2)]:
    case('qr', qr_product, n(*shape))
case('qr_wide', lambda x: L.qr(x)[1].abs(), n(2, 4), _grad=False)
for shape in [(3, 3), (4, 2), (2, 4), (2, 3, 2)]:
    case('pinv', L.pinv, n(*shape))
case('pinv', L.pinv, v([[1.0, 2.0], [2.0, 4.0], [0.0, 0.0]]), _grad=False)
case('lstsq', lambda a, y: L.lstsq(a, y).solution, n(4, 2), n(4, 3))
case('lstsq', lambda a, y: L.lstsq(a, y).solution, n(2, 4, 2), n(2, 4, 1))
for matrix in [[[1.0, 2.0], [2.0, 4.0]], [[1.0, 0.0], [0.0, 2.0]], [[0.0, 0.0], [0.0, 0.0]], [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]:
    case('matrix_rank', L.matrix_rank, v(matrix), _grad=False)
case('matrix_rank', L.matrix_rank, n(2, 3, 3), _grad=False)
case('matrix_power', L.matrix_power, regular(3, 3), n=3)
case('matrix_power', L.matrix_power, regular(3, 3), n=0, _grad=False)
case('matrix_power', L.matrix_power, regular(3, 3), n=-2)
# PyTorch gives a gradient to the triangle that it does not read, too: tril takes it away
case('cholesky_solve', lambda y, factor: torch.cholesky_solve(y, factor.tril()), n(3, 2), apply(torch.linalg.cholesky, spd(3, 3)))
case('triangular_solve', lambda a, y, upper: L.solve_triangular(a, y, upper=upper), apply(torch.triu, regular(3, 3)), n(3, 2), upper=True)
