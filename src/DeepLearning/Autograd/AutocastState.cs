namespace DeepLearning;

/// <summary>What an open region of <see cref="Autocast"/> knows: its type, and the copies of parameters that it has made.</summary>
internal sealed class AutocastState(DType low)
{
    private readonly Dictionary<Tensor, Copy> _copies = new(ReferenceEqualityComparer.Instance);

    /// <summary>The 16-bit type.</summary>
    public DType Low { get; } = low;

    /// <summary>The widest floating-point type of some operands; null where none is.</summary>
    public static DType? WidestOf(Tensor? first, Tensor? second, Tensor? third)
    {
        DType? widest = null;
        foreach (Tensor? operand in new ReadOnlySpan<Tensor?>([first, second, third]))
        {
            if (operand is not null && operand.DType.IsFloatingPoint())
            {
                widest = widest is { } other ? DTypes.Promote(other, operand.DType) : operand.DType;
            }
        }

        return widest;
    }

    /// <summary>An operand by a rule: integers, truth values and float64 stay as they are.</summary>
    public Tensor Cast(Tensor x, AutocastRule rule, DType? widest)
    {
        if (!x.DType.IsFloatingPoint() || x.DType == DType.Float64)
        {
            return x;
        }

        DType wanted = rule switch
        {
            AutocastRule.Low => Low,
            AutocastRule.Float32 or AutocastRule.InFloat32 => DType.Float32,
            AutocastRule.Widest => widest ?? x.DType,
            _ => x.DType,
        };
        return wanted == x.DType ? x : wanted == Low && x is { RequiresGrad: true, Node: null } ? OfParameter(x) : x.To(wanted);
    }

    /// <summary>The copy of a parameter: made once, and again where the first one no longer serves.</summary>
    private Tensor OfParameter(Tensor x)
    {
        // A trace has to see how the copy was made.
        if (Trace.Current is not null)
        {
            return x.To(Low);
        }

        if (_copies.TryGetValue(x, out Copy copy) && copy.Serves(x))
        {
            return copy.Tensor;
        }

        Tensor made = x.To(Low);
        _copies[x] = new Copy(made, x.Storage, x.Storage.Version);
        return made;
    }

    private readonly record struct Copy(Tensor Tensor, Storage Source, int Version)
    {
        /// <summary>
        /// Whether it is a copy of what the parameter is now, still has its memory, and leads back to the parameter where that is wanted:
        /// one made without a record does not, nor one whose record a backward pass has let go of.
        /// </summary>
        public bool Serves(Tensor x) => ReferenceEquals(x.Storage, Source) && Source.Version == Version && !Tensor.IsReturned
            && (GradMode.Enabled ? Tensor.Node is { IsReleased: false } : !Tensor.IsInference || GradMode.InferenceEnabled);
    }
}
