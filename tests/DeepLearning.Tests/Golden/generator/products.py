"""Products: matmul over all ranks, dot, outer, bmm, einsum, tensordot, kron."""
import torch

from .recorder import b, case, i, n

for left, right in [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3,)), ((3,), (5, 3, 4)),
                    ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((5, 2, 3), (5, 3, 4)), ((5, 2, 3), (1, 3, 4)),
                    ((2, 1, 2, 3), (5, 3, 4)), ((2, 5, 2, 3), (2, 1, 3, 4)), ((1, 3), (3, 1)), ((2, 0), (0, 3)), ((0, 3), (3, 2)),
                    ((4, 2, 3), (2, 1, 3, 2)), ((1, 1), (1, 1))]:
    case('matmul', torch.matmul, n(*left), n(*right), _second=0 not in left)
case('matmul', torch.matmul, n(7, 13).f32, n(13, 5).f32)
case('matmul', torch.matmul, n(37, 65).f32, n(65, 33).f32, _second=False)
case('matmul', torch.matmul, n(19, 70), n(70, 23), _second=False)
case('matmul', torch.matmul, i(-5, 6, 2, 3), i(-5, 6, 3, 4))
case('matmul', torch.matmul, n(3, 4, scale=0.5).bf16, n(4, 2, scale=0.5).bf16, _grad=False)
case('matmul_transposed', lambda x, y: x.t() @ y.t(), n(3, 2), n(4, 3))
case('matmul_self', lambda x: x @ x.t(), n(3, 4))
case('dot', torch.dot, n(5), n(5))
case('dot', torch.dot, i(-5, 6, 4), i(-5, 6, 4))
case('vdot', torch.vdot, n(5), n(5))
case('mv', torch.mv, n(3, 4), n(4))
case('mm', torch.mm, n(3, 4), n(4, 2))
case('outer', torch.outer, n(3), n(4))
case('bmm', torch.bmm, n(2, 3, 4), n(2, 4, 5))
case('bmm', torch.bmm, n(0, 3, 4), n(0, 4, 5), _second=False)
for beta, alpha in [(1.0, 1.0), (0.5, 2.0), (0.0, 1.5)]:
    case('addmm', torch.addmm, n(2, 4), n(2, 3), n(3, 4), beta=beta, alpha=alpha)
case('addmm', torch.addmm, n(4), n(2, 3), n(3, 4), beta=1.0, alpha=1.0)
case('baddbmm', torch.baddbmm, n(5, 2, 4), n(5, 2, 3), n(5, 3, 4), beta=0.5, alpha=2.0)
case('cross', lambda x, y, dim: torch.linalg.cross(x, y, dim=dim), n(2, 3), n(2, 3), dim=1)
case('kron', torch.kron, n(2, 3), n(2, 2))
case('kron', torch.kron, n(2), n(2, 2))
case('kron', torch.kron, n(3), n(2))

tensordot = lambda x, y, dims: torch.tensordot(x, y, dims)
for dims, left, right in [(0, (2,), (3,)), (1, (2, 3), (3, 4)), (2, (2, 3, 4), (3, 4, 2))]:
    case('tensordot', tensordot, n(*left), n(*right), dims=dims)
case('tensordot_axes', tensordot, n(2, 3, 4), n(4, 5, 2), dims=[[2, 0], [0, 2]])
case('tensordot_axes', tensordot, n(2, 3, 4), n(3, 5), dims=[[1], [0]])

EINSUM = [('ij->ji', [(2, 3)]), ('ii->i', [(3, 3)]), ('ii', [(3, 3)]), ('ij->', [(2, 3)]), ('ij->j', [(2, 3)]), ('ij', [(2, 3)]), ('ba', [(2, 3)]),
          ('i,i->', [(3,), (3,)]), ('i,j->ij', [(2,), (3,)]), ('ij,jk->ik', [(2, 3), (3, 4)]), ('ij,jk', [(2, 3), (3, 4)]),
          ('ij,kj->ik', [(2, 3), (4, 3)]), ('bij,bjk->bik', [(2, 3, 4), (2, 4, 2)]), ('bij,bjk->ikb', [(2, 3, 4), (2, 4, 2)]),
          ('...ij,...jk->...ik', [(2, 1, 2, 3), (5, 3, 2)]), ('...i,i->...', [(2, 3, 4), (4,)]), ('i...->...', [(2, 3, 4)]),
          ('bqhd,bkhd->bhqk', [(2, 3, 2, 2), (2, 4, 2, 2)]), ('ij,ij->i', [(3, 4), (3, 4)]), ('ij,ij->ij', [(2, 3), (2, 3)]),
          ('i,ij,j->', [(2,), (2, 3), (3,)]), ('ij,jk,kl->il', [(2, 3), (3, 2), (2, 3)]), ('bn,anm,bm->ba', [(2, 3), (4, 3, 5), (2, 5)]),
          ('ij,k->ijk', [(2, 3), (2,)]), ('iij->ij', [(2, 2, 3)]), ('ijk,ilm,njm,nlk->', [(2, 2, 3), (2, 3, 2), (2, 2, 2), (2, 3, 3)]),
          ('ij,j->i', [(3, 1), (4,)]), (' i j , j k -> i k ', [(2, 3), (3, 2)]), ('Ab,bC->CA', [(2, 3), (3, 4)]), (',i->i', [(), (3,)])]
for equation, shapes in EINSUM:
    case('einsum', lambda *x, equation: torch.einsum(equation, *x), *[n(*s) for s in shapes], equation=equation)
