using DeepLearning.Numerics;

namespace DeepLearning;

/// <summary>What elementwise formulas and their nodes share.</summary>
internal static class MapNodes
{
    /// <summary>
    /// Whether a type is computed in a wider one. An operation whose gradient is computed from its result then runs on wide copies: the
    /// result must not be what 16 bits keep of it (1 for the sigmoid of 9, ∞ for the root of squares).
    /// </summary>
    public static bool IsNarrow(DType dtype) => dtype.Compute() != dtype;

    /// <summary>y = op(a, b, c) in a given type, with broadcasting.</summary>
    public static Tensor Ternary<TOp>(Tensor a, Tensor b, Tensor c, TOp op, DType dtype)
        where TOp : struct, ITernaryOp<TOp>
    {
        (a, b) = Broadcasting.Join(a, b, OpName<TOp>.Value);
        (b, c) = Broadcasting.Join(b, c, OpName<TOp>.Value);
        (a, c) = Broadcasting.Join(a, c, OpName<TOp>.Value);
        int[] lengths = Shape.Broadcast(
            Shape.Broadcast(a.Layout.Lengths, b.Layout.Lengths, OpName<TOp>.Value), c.Layout.Lengths, OpName<TOp>.Value);
        Tensor y = Tensor.Allocate(lengths, dtype, a.Device);
        a.Backend.Ternary(in op, a, b, c, y);
        return Recording.Of(new MapOperation3<TOp>(op, a, b, c, y), y, a, b, c);
    }

    /// <summary>Which operands the gradients that will be wanted read.</summary>
    public static Operands BackwardReads<TOp>(Tensor a, Tensor b)
        where TOp : struct, IBinaryOp<TOp> => !TOp.BackwardNeedsInput ? Operands.None
            : (a.RequiresGrad ? TOp.BackwardLeftReads : Operands.None) | (b.RequiresGrad ? TOp.BackwardRightReads : Operands.None);

    /// <inheritdoc cref="BackwardReads{TOp}(Tensor, Tensor)"/>
    public static Operands BackwardReads<TOp>(Tensor a, Tensor b, Tensor c)
        where TOp : struct, ITernaryOp<TOp> => !TOp.BackwardNeedsInput ? Operands.None
            : (a.RequiresGrad ? TOp.BackwardFirstReads : Operands.None) | (b.RequiresGrad ? TOp.BackwardSecondReads : Operands.None)
                | (c.RequiresGrad ? TOp.BackwardThirdReads : Operands.None);

    /// <summary>A tensor as a formula's number: 16-bit floats in the type that they are computed in, as the kernels take them.</summary>
    public static Traced Wide(Tensor? x) => new(x is not null && x.DType.IsFloatingPoint() ? x.To(x.DType.Compute()) : x);
}

/// <summary>A formula over one operand as an operation.</summary>
internal readonly struct MapOperation<TOp>(TOp op, Tensor x, Tensor y) : IOperation
    where TOp : struct, IUnaryOp<TOp>
{
    public string Name => OpName<TOp>.Value;

    public void Describe(OperationAttributes attributes) => op.Describe(attributes);

    public Node CreateNode() => new MapNode<TOp>(op, x, y);

    public Replay CreateReplay()
    {
        TOp formula = op;
        return (inputs, outputs) => outputs[0] = inputs[0]!.Map(formula);
    }

    public Replay CreateReplayInPlace()
    {
        TOp formula = op;
        return (inputs, outputs) =>
        {
            Tensor target = outputs[0] = inputs[0]!;
            target.Backend.Unary(in formula, target, target);
        };
    }

    public CreateStage CreateStage()
    {
        TOp formula = op;
        return (backend, dtype) => backend.StageOf(formula, dtype);
    }
}

/// <summary>A formula over two operands as an operation.</summary>
internal readonly struct MapOperation2<TOp>(TOp op, Tensor a, Tensor b, Tensor y) : IOperation
    where TOp : struct, IBinaryOp<TOp>
{
    public string Name => OpName<TOp>.Value;

    public void Describe(OperationAttributes attributes) => op.Describe(attributes);

    public Node CreateNode() => new MapNode2<TOp>(op, a, b, y);

    public Replay CreateReplay()
    {
        TOp formula = op;
        return (inputs, outputs) => outputs[0] = inputs[0]!.Map(inputs[1]!, formula);
    }

    public Replay CreateReplayInPlace()
    {
        TOp formula = op;
        return (inputs, outputs) =>
        {
            Tensor target = outputs[0] = inputs[0]!;
            target.Backend.Binary(in formula, target, inputs[1]!, target);
        };
    }

    public CreateStage CreateStage()
    {
        TOp formula = op;
        return (backend, dtype) => backend.StageOf2(formula, dtype);
    }
}

/// <summary>A formula over three operands as an operation.</summary>
internal readonly struct MapOperation3<TOp>(TOp op, Tensor a, Tensor b, Tensor c, Tensor y) : IOperation
    where TOp : struct, ITernaryOp<TOp>
{
    public string Name => OpName<TOp>.Value;

    public void Describe(OperationAttributes attributes) => op.Describe(attributes);

    public Node CreateNode() => new MapNode3<TOp>(op, a, b, c, y);

    public Replay CreateReplay()
    {
        TOp formula = op;
        DType dtype = y.DType;
        return (inputs, outputs) => outputs[0] = MapNodes.Ternary(inputs[0]!, inputs[1]!, inputs[2]!, formula, dtype);
    }

    public CreateStage CreateStage()
    {
        TOp formula = op;
        return (backend, dtype) => backend.StageOf3(formula, dtype);
    }
}

file sealed class MapNode<TOp> : Node
    where TOp : struct, IUnaryOp<TOp>
{
    private readonly TOp _op;

    public MapNode(TOp op, Tensor x, Tensor y)
    {
        _op = op;
        Save(TOp.BackwardNeedsInput ? x : null, TOp.BackwardNeedsOutput ? y : null);
    }

    public override string Name => OpName<TOp>.Value;

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor? x = TOp.BackwardNeedsInput ? Saved(0) : null, y = TOp.BackwardNeedsOutput ? Saved(1) : null;
        if (GradMode.Enabled)
        {
            gradients[0] = TOp.Backward(in _op, MapNodes.Wide(x), MapNodes.Wide(y), MapNodes.Wide(gradient)).ToTensor(gradient);
            return;
        }

        Tensor dx = Tensor.Allocate(gradient.Layout, gradient.DType, gradient.Device);
        gradient.Backend.UnaryBackward(in _op, x, y, gradient, dx);
        gradients[0] = dx;
    }
}

file sealed class MapNode2<TOp> : Node
    where TOp : struct, IBinaryOp<TOp>
{
    private readonly TOp _op;

    public MapNode2(TOp op, Tensor a, Tensor b, Tensor y)
    {
        _op = op;
        Operands read = MapNodes.BackwardReads<TOp>(a, b);
        Save((read & Operands.First) != 0 ? a : null, (read & Operands.Second) != 0 ? b : null, TOp.BackwardNeedsOutput ? y : null);
    }

    public override string Name => OpName<TOp>.Value;

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        // The gradient stands in for an operand that nothing reads.
        Tensor? a = !TOp.BackwardNeedsInput ? null : HasSaved(0) ? Saved(0) : gradient;
        Tensor? b = !TOp.BackwardNeedsInput ? null : HasSaved(1) ? Saved(1) : gradient;
        Tensor? y = TOp.BackwardNeedsOutput ? Saved(2) : null;
        if (GradMode.Enabled)
        {
            Traced x0 = MapNodes.Wide(a), x1 = MapNodes.Wide(b), x2 = MapNodes.Wide(y), dy = MapNodes.Wide(gradient);
            gradients[0] = Needs(0) ? TOp.BackwardLeft(in _op, x0, x1, x2, dy).ToTensor(gradient) : null;
            gradients[1] = Needs(1) ? TOp.BackwardRight(in _op, x0, x1, x2, dy).ToTensor(gradient) : null;
            return;
        }

        Tensor? da = Needs(0) ? Tensor.Allocate(gradient.Layout, GradientType(0, gradient), gradient.Device) : null;
        Tensor? db = Needs(1) ? Tensor.Allocate(gradient.Layout, GradientType(1, gradient), gradient.Device) : null;
        gradient.Backend.BinaryBackward(in _op, a, b, y, gradient, da, db);
        gradients[0] = da;
        gradients[1] = db;
    }
}

file sealed class MapNode3<TOp> : Node
    where TOp : struct, ITernaryOp<TOp>
{
    private readonly TOp _op;

    public MapNode3(TOp op, Tensor a, Tensor b, Tensor c, Tensor y)
    {
        _op = op;
        Operands read = MapNodes.BackwardReads<TOp>(a, b, c);
        Save([
            (read & Operands.First) != 0 ? a : null, (read & Operands.Second) != 0 ? b : null, (read & Operands.Third) != 0 ? c : null,
            TOp.BackwardNeedsOutput ? y : null,
        ]);
    }

    public override string Name => OpName<TOp>.Value;

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        // The gradient stands in for an operand that nothing reads.
        Tensor? a = !TOp.BackwardNeedsInput ? null : HasSaved(0) ? Saved(0) : gradient;
        Tensor? b = !TOp.BackwardNeedsInput ? null : HasSaved(1) ? Saved(1) : gradient;
        Tensor? c = !TOp.BackwardNeedsInput ? null : HasSaved(2) ? Saved(2) : gradient;
        Tensor? y = TOp.BackwardNeedsOutput ? Saved(3) : null;
        if (GradMode.Enabled)
        {
            Traced x0 = MapNodes.Wide(a), x1 = MapNodes.Wide(b), x2 = MapNodes.Wide(c), x3 = MapNodes.Wide(y), dy = MapNodes.Wide(gradient);
            gradients[0] = Needs(0) ? TOp.BackwardFirst(in _op, x0, x1, x2, x3, dy).ToTensor(gradient) : null;
            gradients[1] = Needs(1) ? TOp.BackwardSecond(in _op, x0, x1, x2, x3, dy).ToTensor(gradient) : null;
            gradients[2] = Needs(2) ? TOp.BackwardThird(in _op, x0, x1, x2, x3, dy).ToTensor(gradient) : null;
            return;
        }

        Tensor? da = Needs(0) ? Tensor.Allocate(gradient.Layout, GradientType(0, gradient), gradient.Device) : null;
        Tensor? db = Needs(1) ? Tensor.Allocate(gradient.Layout, GradientType(1, gradient), gradient.Device) : null;
        Tensor? dc = Needs(2) ? Tensor.Allocate(gradient.Layout, GradientType(2, gradient), gradient.Device) : null;
        gradient.Backend.TernaryBackward(in _op, a, b, c, y, gradient, da, db, dc);
        gradients[0] = da;
        gradients[1] = db;
        gradients[2] = dc;
    }
}
