namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The identity: 1 on the diagonal, 0 elsewhere.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns; null for as many as rows.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="device">The device; the processor when null.</param>
    /// <exception cref="ShapeException">A number is negative.</exception>
    public static Tensor Eye(int rows, int? columns = null, DType dtype = DType.Float32, Device? device = null)
    {
        Tensor result = Zeros([rows, columns ?? rows], dtype, device);
        int diagonal = Math.Min(rows, columns ?? rows);
        result.ViewAs(new Layout([diagonal], [(columns ?? rows) + 1L], 0)).FillInPlace(1);
        return result;
    }

    /// <summary>The numbers 0, 1, … below <paramref name="end"/>: int64 of an integer, float32 of a fraction.</summary>
    /// <param name="end">The end, not included.</param>
    /// <exception cref="ArgumentException">The end is negative.</exception>
    public static Tensor Arange(Scalar end) => Arange(0, end);

    /// <summary>
    /// The numbers start, start + step, … up to but without <paramref name="end"/>. In an integer type each of them is cut towards 0.
    /// </summary>
    /// <param name="start">The first number.</param>
    /// <param name="end">The end, not included.</param>
    /// <param name="step">The distance; 1 when null.</param>
    /// <param name="dtype">The element type; when null int64 if all three are integers, else float32.</param>
    /// <param name="device">The device; the processor when null.</param>
    /// <returns>A vector of ⌈(end − start) / step⌉ numbers.</returns>
    /// <exception cref="ArgumentException">The step is 0, or leads away from the end.</exception>
    /// <exception cref="DTypeException">The element type is an integer type that does not hold all of the numbers.</exception>
    public static Tensor Arange(Scalar start, Scalar end, Scalar? step = null, DType? dtype = null, Device? device = null)
    {
        Scalar by = step ?? 1;
        bool isInteger = !start.DType.IsFloatingPoint() && !end.DType.IsFloatingPoint() && !by.DType.IsFloatingPoint();
        double distance = end.ToDouble() - start.ToDouble();
        if (by.ToDouble() == 0 || !double.IsFinite(by.ToDouble()) || !double.IsFinite(distance))
        {
            throw new ArgumentException($"Arange: from {start} to {end} by {by} has no end; give finite numbers and a step that is not 0.");
        }

        if (distance * by.ToDouble() < 0)
        {
            throw new ArgumentException($"Arange: the step {by} leads from {start} away from {end}; change its sign or swap the ends.");
        }

        Int128 count = isInteger
            ? ((Int128)end.ToInt64() - start.ToInt64() + by.ToInt64() - Math.Sign(by.ToInt64())) / by.ToInt64()
            : (long)Math.Ceiling(distance / by.ToDouble());
        int length = Shape.AxisLength(count, "Arange");
        if (length > 0 && dtype is { } given)
        {
            // The numbers in between lie between the first and the last one.
            given.CheckHolds(start, "Arange");
            Scalar last = isInteger ? start.ToInt64() + ((length - 1) * by.ToInt64()) : start.ToDouble() + ((length - 1) * by.ToDouble());
            given.CheckHolds(last, "Arange");
        }

        Tensor result = Allocate([length], dtype ?? (isInteger ? DType.Int64 : DType.Float32), device ?? Device.Cpu);
        result.Backend.Sequence(result, start, by);
        return Recording.Made(new FillOperation("Arange", "start", start, "step", by), result);
    }

    /// <summary>Numbers at equal distances, both ends included.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="end">The last number.</param>
    /// <param name="steps">How many numbers; one is the start.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="device">The device; the processor when null.</param>
    /// <exception cref="ShapeException"><paramref name="steps"/> is negative.</exception>
    /// <exception cref="DTypeException">The element type is an integer type that does not hold the ends.</exception>
    public static Tensor Linspace(double start, double end, int steps, DType dtype = DType.Float32, Device? device = null)
    {
        if (steps > 0)
        {
            dtype.CheckHolds(start, "Linspace");
            dtype.CheckHolds(steps == 1 ? start : end, "Linspace");
        }

        Tensor result = Allocate(new Shape(steps), dtype, device ?? Device.Cpu);
        if (!result.Backend.TryInterpolate(result, start, end))
        {
            using DeepLearning.Trace.Suspension suspension = DeepLearning.Trace.Suspend();
            result.CopyFrom(Interpolated(start, end, steps, result.Device));
        }

        return Recording.Made(new FillOperation("Linspace", "start", start, "end", end), result);
    }

    /// <summary>Counted from the nearer end, so that both are exact.</summary>
    private static Tensor Interpolated(double start, double end, int steps, Device device)
    {
        // Divided before subtracted where the distance itself is too large for a double.
        double distance = end - start, gaps = steps - 1;
        double step = steps == 1 ? 0 : double.IsFinite(distance) ? distance / gaps : (end / gaps) - (start / gaps);
        Tensor positions = Arange(0.0, steps, dtype: DType.Float64, device: device);
        Tensor fromStart = positions.Multiply(step).Add(start), fromEnd = positions.Subtract(gaps).Multiply(step).Add(end);
        return steps == 1 ? fromStart : Where(positions.Less(steps / 2), fromStart, fromEnd);
    }

    /// <summary>Numbers at equal ratios: the powers of the base of <see cref="Linspace"/>.</summary>
    /// <param name="start">The exponent of the first number.</param>
    /// <param name="end">The exponent of the last number.</param>
    /// <param name="steps">How many numbers.</param>
    /// <param name="numberBase">The base.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="device">The device; the processor when null.</param>
    /// <exception cref="ShapeException"><paramref name="steps"/> is negative.</exception>
    /// <exception cref="DTypeException">The element type is an integer type that does not hold all of the numbers.</exception>
    public static Tensor Logspace(
        double start, double end, int steps, double numberBase = 10.0, DType dtype = DType.Float32, Device? device = null)
    {
        Tensor powers = Pow(numberBase, Linspace(start, end, steps, DType.Float64, device));
        if (steps > 0 && dtype.IsInteger())
        {
            dtype.CheckHolds(powers.Min().Item<double>(), "Logspace");
            dtype.CheckHolds(powers.Max().Item<double>(), "Logspace");
        }

        return powers.To(dtype);
    }
}

internal abstract partial class Backend
{
    /// <summary>Numbers from start to end, both exact, at equal distances.</summary>
    public virtual bool TryInterpolate(Tensor y, double start, double end) => false;
}
