namespace DeepLearning;

/// <summary>
/// Mixed precision, on this thread: in a region, matrix products, convolutions, attention and recurrent layers compute in a 16-bit type,
/// operations that would lose too much there (exponentials, sums, norms, losses …) in float32, and the rest in the type of their operands
/// (Micikevicius et al. 2018, "Mixed precision training"). As PyTorch's <c>torch.autocast</c>, with the lists of its GPUs:
/// <code>
/// using (Autocast.Enable(DType.BFloat16))
/// {
///     loss = Loss.CrossEntropy(model.Forward(x), y);
/// }
///
/// loss.Backward();
/// </code>
/// </summary>
/// <remarks>
/// <para>
/// Parameters stay float32, and so do their gradients: what is computed with is a copy, made once a region for each parameter. float64
/// operands are left alone, and so is what writes in place. A backward pass computes in the types of the forward pass, whether it runs in
/// a region or not; so do an optimizer and a compiled model.
/// </para>
/// <para>float16 overflows beyond 65,504 and loses gradients below 6e-8: it needs a <c>GradScaler</c>. bfloat16 needs none.</para>
/// </remarks>
public static class Autocast
{
    [ThreadStatic]
    private static AutocastState? s_current;

    /// <summary>Whether any thread has had a region: one plain read is all that programs without mixed precision pay.</summary>
    private static bool s_isUsed;

    /// <summary>Whether a region is open on this thread.</summary>
    public static bool Enabled => Current is not null;

    /// <summary>The 16-bit type of the open region; null outside.</summary>
    public static DType? LowType => Current?.Low;

    private static AutocastState? Current => s_isUsed ? s_current : null;

    /// <summary>Computes in mixed precision until the result is disposed.</summary>
    /// <param name="dtype">The 16-bit type: bfloat16 or float16.</param>
    /// <exception cref="DTypeException">It is another type.</exception>
    public static Region Enable(DType dtype = DType.BFloat16)
    {
        if (dtype is not (DType.BFloat16 or DType.Float16))
        {
            throw new DTypeException($"Autocast: the low type is bfloat16 or float16, not {dtype.Name()}.");
        }

        s_isUsed = true;

        // A region inside another one of its type shares the copies of parameters, and leaves them there.
        return new Region(s_current is { } open && open.Low == dtype ? open : new AutocastState(dtype));
    }

    /// <summary>Computes in the operands' own types until the result is disposed, also inside a region.</summary>
    public static Region Disable() => s_isUsed ? new Region(null) : default;

    /// <summary>Takes up what another thread's, or an earlier region's, was: with copies of parameters of its own.</summary>
    internal static Region Resume(DType? dtype) => dtype is { } low ? Enable(low) : Disable();

    /// <summary>
    /// The way into an operation: casts its operands by its rule (<see cref="AutocastRules"/>), and computes what it is made of in their
    /// types, for it is one operation and not several.
    /// </summary>
    internal static Operation Enter(string operation) =>
        Current is { } state ? new Operation(state, AutocastRules.Of(operation), null) : default;

    /// <summary>As <see cref="Enter(string)"/>, for an operation that computes in the widest type of some operands.</summary>
    internal static Operation Enter(string operation, Tensor first, Tensor? second, Tensor? third = null) => Current is { } state
        ? new Operation(state, AutocastRules.Of(operation), AutocastState.WidestOf(first, second, third))
        : default;

    /// <summary>The operand of an elementwise formula, in float32 where the formula asks for it.</summary>
    internal static Tensor OfFormula<TOp>(Tensor x) =>
        Current is { } state && AutocastRules.Formula<TOp>.IsWide ? state.Cast(x, AutocastRule.Float32, null) : x;

    /// <summary>The type of a sum: that given, else float32 for a 16-bit operand in a region.</summary>
    internal static DType? SumType(Tensor x, DType? given) =>
        given is null && Current is not null && x.DType.Compute() is var compute && compute != x.DType ? compute : given;

    /// <summary>A stretch of code with its own precision. As a ref struct it cannot go across <c>await</c> or <c>yield</c>.</summary>
    public readonly ref struct Region
    {
        private readonly AutocastState? _before;
        private readonly bool _isOpen;

        internal Region(AutocastState? state)
        {
            (_before, _isOpen) = (s_current, true);
            s_current = state;
        }

        /// <summary>Brings the previous precision back, and lets go of the copies of parameters. The default value does nothing.</summary>
        public void Dispose()
        {
            if (_isOpen)
            {
                s_current = _before;
            }
        }
    }

    /// <summary>An operation under way; outside of a region nothing is done.</summary>
    internal readonly ref struct Operation
    {
        private readonly AutocastState? _state;
        private readonly AutocastRule _rule;
        private readonly DType? _widest;

        public Operation(AutocastState state, AutocastRule rule, DType? widest)
        {
            (_state, _rule, _widest) = (state, rule, widest);
            s_current = null;
        }

        /// <summary>An operand as the operation takes it.</summary>
        public Tensor Of(Tensor operand) => _state is null || operand is null ? operand! : _state.Cast(operand, _rule, _widest);

        /// <summary>An operand that may be left out.</summary>
        public Tensor? OrNull(Tensor? operand) => operand is null ? null : Of(operand);

        /// <summary>Operands as the operation takes them.</summary>
        public ReadOnlySpan<Tensor> Of(ReadOnlySpan<Tensor> operands)
        {
            if (_state is null)
            {
                return operands;
            }

            Tensor[] cast = operands.ToArray();
            for (int i = 0; i < cast.Length; i++)
            {
                cast[i] = Of(cast[i]);
            }

            return cast;
        }

        /// <summary>What surrounds the operation is in the region again.</summary>
        public void Dispose()
        {
            if (_state is not null)
            {
                s_current = _state;
            }
        }
    }
}
