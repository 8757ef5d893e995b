using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    internal Tensor Compare<TOp>(Tensor other, TOp op)
        where TOp : struct, IPredicate<TOp>
    {
        ArgumentNullException.ThrowIfNull(other);
        Tensor y = Broadcasting.Result(this, other, DType.Bool, OpName<TOp>.Value);
        Backend.Compare(in op, this, other, y, DTypes.ResultOf(this, other));
        return y;
    }

    internal Tensor Compare<TOp>(Scalar other, TOp op)
        where TOp : struct, IPredicate<TOp>
    {
        DType compute = DTypes.ResultOf(DType, other);
        Tensor y = Allocate(Layout, DType.Bool, Device);
        Backend.Compare(in op, this, FromScalar(other, compute, Device), y, compute);
        return y;
    }
}
