namespace DeepLearning.Backends.Cpu;

/// <summary>A recurrent layer in memory; what a direction does not use is null.</summary>
internal unsafe struct RecurrentPlan<T>
    where T : unmanaged
{
    public RecurrentKind Kind;
    public SequenceSteps Steps;
    public bool Reverse;
    public int Hidden;

    /// <summary>The length of a state that goes to the next step: that of the projection, where there is one.</summary>
    public int Outputs;
    public int Gates;
    public T* Weight;
    public T* NewBias;
    public T* H0;
    public T* C0;
    public T* GateRows;
    public nint GateStride;
    public T* Output;

    /// <summary>[outputs, hidden]</summary>
    public T* Projection;

    /// <summary>The hidden states before the projection, [rows, hidden].</summary>
    public T* Unprojected;
    public T* Kept;
    public T* LastHidden;
    public T* LastCell;
    public T* DOutput;
    public nint DOutputStride;
    public T* DProjected;
    public T* DGates;
    public nint DGateStride;
    public T* Previous;
    public T* DHidden;
    public T* DCell;

    /// <summary>As many zeros as a row of hidden states has.</summary>
    public T* Zeros;

    /// <summary>The rows of a step's states before it: some of the step computed before, the rest of the first states.</summary>
    public readonly PreviousRows<T> Before(int position, T* rows, T* first, int width)
    {
        if (position == 0)
        {
            return new PreviousRows<T>(null, 0, first);
        }

        int step = Steps.StepAt(position - 1, Reverse);
        return new PreviousRows<T>(rows + ((nint)Steps.Starts[step] * width), Steps.Counts[step], first);
    }
}

/// <summary>States before a step: row r is that of the step before where that had so many, and the first state otherwise.</summary>
internal readonly unsafe struct PreviousRows<T>(T* block, int count, T* first)
    where T : unmanaged
{
    /// <summary>Whether so many rows lie one after the other, from <see cref="Start"/>.</summary>
    public bool AreTogether(int rows) => count == 0 || rows <= count;

    public T* Start => count == 0 ? first : block;

    public T* Row(int row, nint stride) => row < count ? block + (row * stride) : first + (row * stride);

    /// <summary>Copies rows to where they lie one after the other.</summary>
    public void CopyTo(T* target, int rows, int length)
    {
        int known = Math.Min(rows, count);
        new ReadOnlySpan<T>(block, known * length).CopyTo(new Span<T>(target, known * length));
        nint start = (nint)known * length;
        new ReadOnlySpan<T>(first + start, (rows - known) * length).CopyTo(new Span<T>(target + start, (rows - known) * length));
    }
}
