using System.Globalization;
using DeepLearning;
using DeepLearning.Numerics;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Generator.Default.ManualSeed(1);

Show("A matrix, and its element type and shape");
Tensor a = Tensor.From(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } });
Print("a", a);
Console.WriteLine($"{a.DType.Name()} {a.Shape}");

Show("Arithmetic goes element by element, and smaller operands are stretched");
Print("a * 10", a * 10);
Print("a + [100, 200, 300]", a + Tensor.From([100f, 200f, 300f]));
Print("a > 2", a > 2);

Show("Indexing as in C#, and views that share memory");
Print("a[1]", a[1]);
Print("a[.., ^1]", a[.., ^1]);
Print("a[.., 1..]", a[.., 1..]);
Tensor column = a[.., 0];
column.FillInPlace(0);
Print("a, after its first column was filled with 0", a);

Show("Reductions and products");
Print("a.Sum(0)", a.Sum(0));
Print("a.Mean()", a.Mean());
Print("a · aᵀ", a.MatMul(a.T));
Print("einsum ij,kj->ik", Tensor.Einsum("ij,kj->ik", a, a));

Show("Random numbers depend on the seed alone");
Print("a normal sample", Tensor.Randn(2, 3));

Show("Gradients: d/dx of sin(x)·x, at 0, 1 and 2");
Tensor x = Tensor.From([0f, 1f, 2f]);
x.RequiresGrad = true;
Tensor y = (x.Sin() * x).Sum();
y.Backward();
Print("x.Grad", x.Grad!);

Show("A formula of one's own: value, SIMD kernel and derivatives of every order from one line");
Tensor z = Tensor.From([-2f, 0f, 2f]);
z.RequiresGrad = true;
Print("z.Map(bump)", z.Map(new Bump()));
Tensor first = Autograd.Grad(z.Map(new Bump()).Sum(), z, createGraph: true);
Print("first derivative", first);
Print("second derivative", Autograd.Grad(first.Sum(), z));

Show("A mistake says what would fit");
try
{
    _ = Tensor.Zeros(32, 784).MatMul(Tensor.Zeros(512, 10));
}
catch (ShapeException error)
{
    Console.WriteLine(error.Message);
}

static void Show(string title)
{
    Console.WriteLine();
    Console.WriteLine($"-- {title}");
}

static void Print(string name, Tensor tensor) => Console.WriteLine($"{name} =\n{tensor}");

/// <summary>1 / (1 + x²).</summary>
internal readonly struct Bump : IUnaryOp<Bump>
{
    public R Forward<R>(R x)
        where R : struct, IReal<R> => 1.0 / (1.0 + (x * x));
}
