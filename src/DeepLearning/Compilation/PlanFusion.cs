namespace DeepLearning;

/// <summary>
/// Makes one step of what can be done while numbers are in the first-level cache, or in registers: elementwise operations that follow each
/// other, and those after a convolution or a linear map, such as its activation and the sum with a residual. Weights of convolutions and of
/// linear maps are laid out for their kernels once.
/// </summary>
/// <param name="steps">The steps, in order; those that become a part of another are removed.</param>
/// <param name="values">What each place held when the steps were run on the examples.</param>
/// <param name="outputs">The places that are read at the end.</param>
internal sealed class PlanFusion(List<PlanDraft> steps, IReadOnlyList<Tensor?> values, HashSet<int> outputs)
{
    public void Run()
    {
        HashSet<int> made = [.. steps.SelectMany(static step => step.Outputs)];
        for (int i = 0; i < steps.Count; i++)
        {
            PlanDraft step = steps[i];
            PlanChain chain = new();
            List<PlanDraft> joined = [step];
            PreparedProduct? prepared = Prepared(step, made);
            if (prepared is null && !(StageOf(step) is { } first && chain.TryAdd(step, first, before: null)))
            {
                continue;
            }

            while (Following(joined[^1].Outputs[0]) is [.., var next] following && StageOf(next) is { } stage)
            {
                // What is between them is the same memory in another shape.
                int before = following is [var shaped, _] ? shaped.Outputs[0] : joined[^1].Outputs[0];
                if (!values[next.Outputs[0]]!.Layout.SameShape(values[before]!.Layout)
                    || values[next.Outputs[0]]!.DType != values[before]!.DType || !chain.TryAdd(next, stage, before))
                {
                    break;
                }

                joined.AddRange(following);
            }

            if (prepared is null && joined.Count == 1)
            {
                continue;
            }

            Replace(joined, prepared is null ? Elementwise(joined, chain) : Product(joined, prepared, chain));
        }
    }

    /// <summary>The product of a step, where its weight and bias are constants.</summary>
    private PreparedProduct? Prepared(PlanDraft step, HashSet<int> made)
    {
        bool IsConstant(int place) => place < 0 || (!made.Contains(place) && place >= step.FirstConstant);
        return step.Prepare is { } prepare && step.Inputs is [>= 0, var weight, ..] && IsConstant(weight)
            && (step.Inputs.Length < 3 || IsConstant(step.Inputs[2])) && values[step.Outputs[0]] is { IsContiguous: true }
            ? prepare(values[step.Inputs[0]]!, values[weight]!, step.Inputs is [_, _, >= 0 and var bias, ..] ? values[bias] : null)
            : null;
    }

    /// <summary>A step as a stage: its operands are contiguous, and have the result's type and its shape, or are single numbers.</summary>
    private ElementStage? StageOf(PlanDraft step)
    {
        if (step.Stage is not { } create || values[step.Outputs[0]] is not { IsContiguous: true } y || y.Count == 0)
        {
            return null;
        }

        bool isFull = false;
        foreach (int place in step.Inputs)
        {
            if (place < 0 || values[place] is not { } x || x.DType != y.DType)
            {
                return null;
            }

            bool same = x.IsContiguous && x.Layout.SameShape(y.Layout);
            isFull |= same;
            if (!same && x.Count != 1)
            {
                return null;
            }
        }

        return isFull ? create(y.Backend, y.DType) : null;
    }

    /// <summary>The one step that reads a value, if it is one and the value does not come out.</summary>
    private PlanDraft? OnlyReader(int place)
    {
        if (outputs.Contains(place))
        {
            return null;
        }

        PlanDraft? reader = null;
        foreach (PlanDraft step in steps)
        {
            if (step.Inputs.Contains(place))
            {
                if (reader is not null)
                {
                    return null;
                }

                reader = step;
            }
        }

        return reader;
    }

    /// <summary>The one step that reads a value, with what gives the value another shape for it, if something does.</summary>
    private PlanDraft[] Following(int place)
    {
        if (OnlyReader(place) is not { } reader)
        {
            return [];
        }

        return IsSameMemory(reader) ? OnlyReader(reader.Outputs[0]) is { } next ? [reader, next] : [] : [reader];
    }

    /// <summary>Whether a step gives its operand another shape and nothing more.</summary>
    private bool IsSameMemory(PlanDraft step) =>
        step.Stage is null && step.Inputs is [>= 0 and var from] && step.Outputs is [var to]
        && values[from] is { IsContiguous: true } x && values[to] is { IsContiguous: true } y && ReferenceEquals(x.Storage, y.Storage)
        && x.DType == y.DType && x.Count == y.Count && x.Layout.Offset == y.Layout.Offset;

    /// <summary>Puts one step in the place of several, where the last of them was: what the others read is there by then.</summary>
    private void Replace(List<PlanDraft> joined, PlanDraft fused)
    {
        steps[steps.IndexOf(joined[^1])] = fused;
        foreach (PlanDraft step in joined)
        {
            steps.Remove(step);
        }
    }

    private PlanDraft Elementwise(List<PlanDraft> joined, PlanChain chain)
    {
        Tensor made = values[joined[^1].Outputs[0]]!;
        (int[] lengths, DType dtype, Device device) = (made.Layout.Lengths, made.DType, made.Device);
        ChainLink[] links = chain.Links;
        Replay run = (inputs, results) =>
        {
            results[0] = Tensor.Allocate(lengths, dtype, device);
            device.Backend.RunChain(links, inputs, results[0]);
        };
        Replay inPlace = (inputs, results) =>
        {
            results[0] = inputs[0]!;
            device.Backend.RunChain(links, inputs, results[0]);
        };
        return new PlanDraft(string.Join(", ", joined.Select(static step => step.Name)), joined[^1].Path, run)
        {
            InPlace = links.Skip(1).All(static link => !link.Operands.Contains(0)) ? inPlace : null,
            Inputs = chain.Operands,
            Outputs = joined[^1].Outputs,
        };
    }

    private PlanDraft Product(List<PlanDraft> joined, PreparedProduct prepared, PlanChain chain)
    {
        Tensor made = values[joined[^1].Outputs[0]]!;
        (int[] lengths, DType dtype, Device device) = (made.Layout.Lengths, made.DType, made.Device);
        ChainLink[] links = chain.Links;
        return new PlanDraft(
            string.Join(", ", joined.Select(static step => step.Name)), joined[0].Path,
            (inputs, results) =>
            {
                results[0] = Tensor.Allocate(lengths, dtype, device);
                prepared.Run(inputs[0]!, results[0], links, inputs[1..]);
            })
        {
            Inputs = [joined[0].Inputs[0], .. chain.Operands],
            Outputs = joined[^1].Outputs,
        };
    }

    /// <summary>The stages of a chain as they are found, and the places of their operands.</summary>
    private sealed class PlanChain
    {
        private readonly List<ChainLink> _links = [];
        private readonly List<int> _operands = [];

        public ChainLink[] Links => [.. _links];

        public int[] Operands => [.. _operands];

        /// <summary>Adds a step, of whose operands one place may be what the stage before made.</summary>
        /// <returns>False where it would be more operands than a chain has.</returns>
        public bool TryAdd(PlanDraft step, ElementStage stage, int? before)
        {
            int[] others = [.. step.Inputs.Where(place => place != before && !_operands.Contains(place)).Distinct()];
            if (_operands.Count + others.Length > Backend.MaximumChainOperands)
            {
                return false;
            }

            _operands.AddRange(others);
            _links.Add(new ChainLink(
                stage, Array.ConvertAll(step.Inputs, place => place == before ? ChainLink.Before : _operands.IndexOf(place))));
            return true;
        }
    }
}

/// <summary>A step of a plan before it is known which values it gives back.</summary>
internal sealed class PlanDraft(string name, string path, Replay run)
{
    public string Name { get; } = name;

    public string Path { get; } = path;

    /// <summary>Computes it.</summary>
    public Replay Run { get; } = run;

    /// <summary>The same, written over its first operand.</summary>
    public Replay? InPlace { get; init; }

    public CreateStage? Stage { get; init; }

    public PrepareProduct? Prepare { get; init; }

    /// <summary>The places below this one are the model's inputs.</summary>
    public int FirstConstant { get; init; }

    /// <summary>The places of the values that it reads; −1 for one left out.</summary>
    public required int[] Inputs { get; init; }

    /// <summary>The places of the values that it makes.</summary>
    public required int[] Outputs { get; init; }
}
