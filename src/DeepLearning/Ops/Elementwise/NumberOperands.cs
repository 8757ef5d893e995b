namespace DeepLearning;

/// <summary>What elementwise operations ask of their operands: numbers as tensors, common types, what an integer type holds.</summary>
internal static class NumberOperands
{
    /// <summary>Applies an operation on integers elementwise, with broadcasting.</summary>
    public static Tensor IntegerMap<TOp>(this Tensor x, Tensor other, DType dtype)
        where TOp : struct, IIntegerOp
    {
        (Tensor a, Tensor b) = Broadcasting.Join(x, other, OpName<TOp>.Value);
        Tensor y = Broadcasting.Result(a, b, dtype, OpName<TOp>.Value);
        a.Backend.Integer<TOp>(a, b, y);
        return Recording.Of(new IntegerOperation<TOp>(dtype), y, a, b);
    }

    /// <summary>A number as an operand: a zero-dimensional tensor of the type that it and this tensor give, which must hold it.</summary>
    public static Tensor Operand(this Tensor x, Scalar number, string operation)
    {
        DType dtype = DTypes.ResultOf(x.DType, number);
        dtype.CheckHolds(number, operation);
        return Filling.Wrapped(number, dtype, x.Device);
    }

    /// <summary>A tensor times a number that its type must hold, if it is one of integers.</summary>
    public static Tensor Scaled(this Tensor x, double factor, string operation) =>
        factor == 1 ? x
        : x.DType.IsFloatingPoint() ? x * factor
        : x * (long)Factor(factor, x.DType, operation);

    /// <summary>A number as an operand of bit operations: its low bits.</summary>
    public static Tensor Bits(this Tensor x, Scalar number) => Filling.Wrapped(number, DTypes.ResultOf(x.DType, number), x.Device);

    /// <summary>A number of bits to shift by: what the type does not hold moves all bits out, as its greatest number does.</summary>
    public static Tensor Distance(this Tensor x, Scalar number)
    {
        DType dtype = DTypes.ResultOf(x.DType, number);
        return Filling.Wrapped(dtype.Holds(number) ? number : DTypes.Range(dtype).Most, dtype, x.Device);
    }

    /// <summary>
    /// Refuses a zero-dimensional operand, which is a number as a rule, that the integer type of a result does not hold: there it would
    /// wrap around, and be another number.
    /// </summary>
    public static void CheckFits(Tensor operand, DType dtype, string operation)
    {
        if (operand.Rank == 0 && operand.DType != dtype && operand.DType != DType.Bool && dtype.IsInteger())
        {
            dtype.CheckHolds(operand.DType.IsFloatingPoint() ? operand.Item<double>() : operand.Item<long>(), operation);
        }
    }

    /// <summary>As <see cref="Tensor.Map{TOp}(Tensor, TOp)"/>, for an operation whose result is one of its operands.</summary>
    public static Tensor Choose<TOp>(this Tensor x, Tensor other, TOp op)
        where TOp : struct, Numerics.IBinaryOp<TOp>
    {
        x.CheckChoice(other, OpName<TOp>.Value);
        return x.Map(other, op);
    }

    /// <summary>As <see cref="Choose"/>, written into this tensor.</summary>
    public static Tensor ChooseInPlace<TOp>(this Tensor x, Tensor other, TOp op)
        where TOp : struct, Numerics.IBinaryOp<TOp>
    {
        x.CheckChoice(other, OpName<TOp>.Value);
        return x.MapInPlace(other, op);
    }

    public static void CheckChoice(this Tensor x, Tensor other, string operation)
    {
        ArgumentNullException.ThrowIfNull(other);
        DType dtype = DTypes.ResultOf(x, other);
        CheckFits(x, dtype, operation);
        CheckFits(other, dtype, operation);
    }

    /// <summary>The common type of two operands, which must be numbers.</summary>
    public static DType NumberType(this Tensor x, Tensor other, string operation)
    {
        x.CheckChoice(other, operation);
        DType dtype = DTypes.ResultOf(x, other);
        return dtype != DType.Bool
            ? dtype
            : throw new DTypeException($"{operation}: not defined for two bool tensors; convert one with To(DType.Int64).");
    }

    /// <summary>The common type of two operands, which must be integers or truth values.</summary>
    public static DType BitsType(this Tensor x, Tensor other, string operation)
    {
        ArgumentNullException.ThrowIfNull(other);
        DType dtype = DTypes.ResultOf(x, other);
        return !dtype.IsFloatingPoint()
            ? dtype
            : throw new DTypeException(
                $"{operation}: defined for integer and bool tensors, not for {x.DType.Name()} and {other.DType.Name()}; convert with "
                    + "To(DType.Int64).");
    }

    /// <summary>
    /// Whether a formula, whose numbers are doubles, sees a number exactly in an integer type; if not, the number becomes a
    /// zero-dimensional tensor of the type, and wraps as the type's numbers do.
    /// </summary>
    public static bool IsExact(Scalar? number, DType dtype)
    {
        if (number is not { } given || !dtype.IsInteger() || given.DType.IsFloatingPoint())
        {
            return true;
        }

        long value = given.ToInt64();
        return dtype switch
        {
            DType.UInt8 => value is >= byte.MinValue and <= byte.MaxValue,
            DType.Int32 => value is >= int.MinValue and <= int.MaxValue,
            DType.Int64 => value is >= -(1L << 53) and <= 1L << 53,
            _ => throw DTypes.Unsupported(dtype),
        };
    }

    public static Tensor NotNull(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor;
    }

    /// <summary>Truth values have no difference.</summary>
    public static Tensor CheckSubtraction(this Tensor x, DType other) => x.DType != DType.Bool && other != DType.Bool
        ? x
        : throw new DTypeException(
            "Subtract: not defined for bool tensors; use ^ for where they differ, LogicalNot() to invert one, or convert with "
                + "To(DType.Int64).");

    /// <summary>A factor as arithmetic of a type takes it: for integers one without a fraction, modulo the width of the type.</summary>
    public static double Factor(double factor, DType dtype, string operation)
    {
        if (dtype.IsFloatingPoint())
        {
            return factor;
        }

        if (factor != Math.Truncate(factor) || !DType.Int64.Holds(factor))
        {
            throw new DTypeException(
                $"{operation}: {dtype.Name()} tensors take a factor without a fraction, not {factor}; convert one with To(DType.Float32).");
        }

        return dtype switch
        {
            DType.UInt8 => unchecked((byte)(long)factor),
            DType.Int32 => unchecked((int)(long)factor),
            DType.Bool => factor != 0 ? 1 : 0,
            DType.Int64 or DType.Float16 or DType.BFloat16 or DType.Float32 or DType.Float64 => factor,
            _ => throw DTypes.Unsupported(dtype),
        };
    }

    public static Tensor FloatFmod(this Tensor x, Tensor other, DType dtype, string operation)
    {
        Tensor y = Broadcasting.Result(x, other, dtype, operation);
        x.Backend.Fmod(x, other, y);
        return Recording.Of(new FloatFmodOperation(dtype, operation), y, x, other);
    }

    /// <summary>A number as a zero-dimensional tensor of this type.</summary>
    public static Tensor CheckNumber(this Tensor x, Scalar value, string operation)
    {
        if (!InPlace.CanCast(value.DType, x.DType))
        {
            throw new DTypeException(
                $"{operation}: the number {value} does not fit into a {x.DType.Name()} tensor; convert the tensor with "
                + $"To(DType.{value.DType}).");
        }

        x.DType.CheckHolds(value, operation);
        return Tensor.FromScalar(value, x.DType, x.Device);
    }
}

/// <summary>An operation on integers elementwise.</summary>
file readonly struct IntegerOperation<TOp>(DType dtype) : IOperation
    where TOp : struct, IIntegerOp
{
    public string Name => OpName<TOp>.Value;

    public Replay CreateReplay()
    {
        DType type = dtype;
        return (inputs, outputs) => outputs[0] = inputs[0]!.IntegerMap<TOp>(inputs[1]!, type);
    }
}

/// <summary>A remainder of floating-point numbers.</summary>
file readonly struct FloatFmodOperation(DType dtype, string operation) : IOperation
{
    public string Name => nameof(Tensor.Fmod);

    public Replay CreateReplay()
    {
        (DType type, string caller) = (dtype, operation);
        return (inputs, outputs) => outputs[0] = inputs[0]!.FloatFmod(inputs[1]!, type, caller);
    }
}
