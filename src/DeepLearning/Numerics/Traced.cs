namespace DeepLearning.Numerics;

/// <summary>
/// A whole tensor as the number a formula is written over: running the formula records it, operation by operation, and so gives
/// derivatives of any order. Until it meets a tensor, a value is a constant and costs nothing.
/// </summary>
internal readonly struct Traced : IReal<Traced>
{
    private readonly Tensor? _tensor;
    private readonly double _constant;

    public Traced(Tensor? tensor) => _tensor = tensor;

    private Traced(double constant) => _constant = constant;

    public static implicit operator Traced(double value) => new(value);

    public static Traced operator +(Traced a, Traced b) =>
        a._tensor is null && b._tensor is null ? a._constant + b._constant
        : a.Is(0) ? b
        : b.Is(0) ? a
        : a._tensor is null ? new(b._tensor! + a._constant)
        : b._tensor is null ? new(a._tensor + b._constant)
        : new Traced(a._tensor + b._tensor);

    public static Traced operator -(Traced a, Traced b) =>
        a._tensor is null && b._tensor is null ? a._constant - b._constant
        : b.Is(0) ? a
        : a.Is(0) ? -b
        : a._tensor is null ? new(a._constant - b._tensor!)
        : b._tensor is null ? new(a._tensor - b._constant)
        : new Traced(a._tensor - b._tensor);

    // The derivative of a constant is zero whatever it is multiplied by, so 0 · x is 0 also where x is infinite.
    public static Traced operator *(Traced a, Traced b) =>
        a._tensor is null && b._tensor is null ? a._constant * b._constant
        : a.Is(0) || b.Is(0) ? 0.0
        : a.Is(1) ? b
        : b.Is(1) ? a
        : a._tensor is null ? new(b._tensor! * a._constant)
        : b._tensor is null ? new(a._tensor * b._constant)
        : new Traced(a._tensor * b._tensor);

    public static Traced operator /(Traced a, Traced b) =>
        a._tensor is null && b._tensor is null ? a._constant / b._constant
        : a.Is(0) ? 0.0
        : b.Is(1) ? a
        : a._tensor is null ? new(a._constant / b._tensor!)
        : b._tensor is null ? new(a._tensor / b._constant)
        : new Traced(a._tensor / b._tensor);

    public static Traced operator -(Traced a) => a._tensor is null ? -a._constant : new Traced(-a._tensor);

    public static Mask<Traced> Less(Traced a, Traced b) =>
        new Mask<Traced>(Compare(a, b, static (x, y) => x < y, static (x, y) => x.Less(y)));

    public static Mask<Traced> LessOrEqual(Traced a, Traced b) =>
        new Mask<Traced>(Compare(a, b, static (x, y) => x <= y, static (x, y) => x.LessOrEqual(y)));

    public static Mask<Traced> Equal(Traced a, Traced b) =>
        new Mask<Traced>(Compare(a, b, static (x, y) => x == y, static (x, y) => x.EqualTo(y)));

    public static Mask<Traced> IsNaN(Traced x) =>
        new Mask<Traced>(x._tensor is null ? (double.IsNaN(x._constant) ? 1.0 : 0.0) : new Traced(x._tensor.IsNaN()));

    public static Mask<Traced> IsNegative(Traced x) =>
        new Mask<Traced>(x._tensor is null ? (double.IsNegative(x._constant) ? 1.0 : 0.0) : new Traced(x._tensor.SignBit()));

    public static Traced Select(Mask<Traced> mask, Traced a, Traced b)
    {
        if (mask.Bits._tensor is not { } condition)
        {
            return mask.Bits._constant != 0 ? a : b;
        }

        Tensor like = a._tensor ?? b._tensor ?? condition;
        return new(Tensor.Where(condition, a.ToTensor(like), b.ToTensor(like)));
    }

    public static Traced MaskAnd(Traced a, Traced b) => Combine(a, b, static (x, y) => x && y, static (x, y) => x.LogicalAnd(y));

    public static Traced MaskOr(Traced a, Traced b) => Combine(a, b, static (x, y) => x || y, static (x, y) => x.LogicalOr(y));

    public static Traced MaskNot(Traced a) => a._tensor is null ? (a._constant != 0 ? 0.0 : 1.0) : new Traced(a._tensor.LogicalNot());

    public static Traced MultiplyAdd(Traced a, Traced b, Traced c) => (a * b) + c;

    public static Traced Max(Traced a, Traced b) => Apply(a, b, Math.Max, static (x, y) => x.Maximum(y));

    public static Traced Min(Traced a, Traced b) => Apply(a, b, Math.Min, static (x, y) => x.Minimum(y));

    // A constant on one side has a simpler derivative, finite where the general one is not.
    public static Traced Pow(Traced a, Traced b) =>
        a._tensor is not null && b._tensor is null ? new(a._tensor.Pow(b._constant))
        : a._tensor is null && b._tensor is not null ? new(Tensor.Pow(a._constant, b._tensor))
        : Apply(a, b, Math.Pow, static (x, y) => x.Pow(y));

    public static Traced Atan2(Traced y, Traced x) => Apply(y, x, Math.Atan2, static (a, b) => a.Atan2(b));

    public static Traced Abs(Traced x) => Apply(x, static t => t.Abs());

    public static Traced Floor(Traced x) => Apply(x, static t => t.Floor());

    public static Traced Ceiling(Traced x) => Apply(x, static t => t.Ceil());

    public static Traced Round(Traced x) => Apply(x, static t => t.Round());

    public static Traced Truncate(Traced x) => Apply(x, static t => t.Trunc());

    public static Traced Sqrt(Traced x) => Apply(x, static t => t.Sqrt());

    public static Traced Exp(Traced x) => Apply(x, static t => t.Exp());

    public static Traced Expm1(Traced x) => Apply(x, static t => t.Expm1());

    public static Traced Log(Traced x) => Apply(x, static t => t.Log());

    public static Traced Log1p(Traced x) => Apply(x, static t => t.Log1p());

    public static Traced Log2(Traced x) => Apply(x, static t => t.Log2());

    public static Traced Sin(Traced x) => Apply(x, static t => t.Sin());

    public static Traced Cos(Traced x) => Apply(x, static t => t.Cos());

    public static Traced Tan(Traced x) => Apply(x, static t => t.Tan());

    public static Traced Asin(Traced x) => Apply(x, static t => t.Asin());

    public static Traced Acos(Traced x) => Apply(x, static t => t.Acos());

    public static Traced Atan(Traced x) => Apply(x, static t => t.Atan());

    public static Traced Sinh(Traced x) => Apply(x, static t => t.Sinh());

    public static Traced Cosh(Traced x) => Apply(x, static t => t.Cosh());

    public static Traced Tanh(Traced x) => Apply(x, static t => t.Tanh());

    public static Traced Erf(Traced x) => Apply(x, static t => t.Erf());

    public static Traced Erfc(Traced x) => Apply(x, static t => t.Erfc());

    public static Traced ErfInv(Traced x) => Apply(x, static t => t.ErfInv());

    public static Traced LGamma(Traced x) => Apply(x, static t => t.LGamma());

    public static Traced Digamma(Traced x) => Apply(x, static t => t.Digamma());

    public static Traced Trigamma(Traced x) => Apply(x, static t => t.Trigamma());

    /// <summary>The tensor; a constant becomes a zero-dimensional one of the type and device of <paramref name="like"/>.</summary>
    public Tensor ToTensor(Tensor like) =>
        _tensor ?? Tensor.FromScalar(_constant, like.DType.IsFloatingPoint() ? like.DType : DType.Float64, like.Device);

    private bool Is(double value) => _tensor is null && _constant == value;

    private static Traced Apply(Traced x, Func<Tensor, Tensor> function) =>
        x._tensor is { } tensor ? new Traced(function(tensor)) : function(Tensor.FromScalar(x._constant, DType.Float64)).Item<double>();

    private static Traced Apply(Traced a, Traced b, Func<double, double, double> constants, Func<Tensor, Tensor, Tensor> tensors) =>
        (a._tensor ?? b._tensor) is { } like ? new Traced(
            tensors(a.ToTensor(like), b.ToTensor(like))) : constants(a._constant, b._constant);

    private static Traced Compare(
        Traced a, Traced b, Func<double, double, bool> constants, Func<Tensor, Tensor, Tensor> tensors) =>
        (a._tensor ?? b._tensor) is { } like
            ? new Traced(tensors(a.ToTensor(like), b.ToTensor(like)))
            : constants(a._constant, b._constant) ? 1.0 : 0.0;

    private static Traced Combine(Traced a, Traced b, Func<bool, bool, bool> constants, Func<Tensor, Tensor, Tensor> tensors)
    {
        if (a._tensor is { } x && b._tensor is { } y)
        {
            return new Traced(tensors(x, y));
        }

        if (a._tensor is null && b._tensor is null)
        {
            return constants(a._constant != 0, b._constant != 0) ? 1.0 : 0.0;
        }

        Tensor mask = (a._tensor ?? b._tensor)!;
        Scalar constant = (a._tensor is null ? a._constant : b._constant) != 0;
        return new Traced(tensors(mask, Tensor.FromScalar(constant, DType.Bool, mask.Device)));
    }
}
