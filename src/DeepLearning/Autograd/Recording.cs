using System.Runtime.CompilerServices;

namespace DeepLearning;

/// <summary>
/// The one place that takes operations down. Every operation comes here with what it is, its result and its operands, whether or not it has
/// a derivative; the record for differentiation and a running <see cref="Trace"/> take from that what they need. Where neither
/// listens, nothing is allocated.
/// </summary>
internal static class Recording
{
    /// <summary>Takes an operation down.</summary>
    /// <param name="operation">What it is.</param>
    /// <param name="output">Its result: a new tensor, or a new view.</param>
    /// <param name="input">Its operand.</param>
    /// <returns>The result.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tensor Of<TOp>(TOp operation, Tensor output, Tensor input)
        where TOp : struct, IOperation
    {
        if (GradMode.Records(input) && output.DType.IsFloatingPoint())
        {
            operation.CreateNode()?.Attach(output, input);
        }

        if (Trace.IsAnyOn)
        {
            Trace.Add(operation, [output], [input]);
        }

        return output;
    }

    /// <inheritdoc cref="Of{TOp}(TOp, Tensor, Tensor)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tensor Of<TOp>(TOp operation, Tensor output, Tensor first, Tensor second)
        where TOp : struct, IOperation
    {
        if (GradMode.Records(first, second) && output.DType.IsFloatingPoint())
        {
            operation.CreateNode()?.Attach(output, first, second);
        }

        if (Trace.IsAnyOn)
        {
            Trace.Add(operation, [output], [first, second]);
        }

        return output;
    }

    /// <inheritdoc cref="Of{TOp}(TOp, Tensor, Tensor)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tensor Of<TOp>(TOp operation, Tensor output, Tensor first, Tensor? second, Tensor? third)
        where TOp : struct, IOperation
    {
        if (GradMode.Records(first, second, third) && output.DType.IsFloatingPoint())
        {
            operation.CreateNode()?.Attach(output, first, second, third);
        }

        if (Trace.IsAnyOn)
        {
            Trace.Add(operation, [output], [first, second, third]);
        }

        return output;
    }

    /// <inheritdoc cref="Of{TOp}(TOp, Tensor, Tensor)"/>
    public static Tensor Of<TOp>(TOp operation, Tensor output, ReadOnlySpan<Tensor> inputs)
        where TOp : struct, IOperation
    {
        if (GradMode.Records(inputs) && output.DType.IsFloatingPoint())
        {
            operation.CreateNode()?.Attach(output, inputs);
        }

        if (Trace.IsAnyOn)
        {
            Trace.Add(operation, [output], inputs);
        }

        return output;
    }

    /// <summary>Takes an operation of several results down; its node, where it has one, is a <see cref="BundleNode"/>.</summary>
    public static void Of<TOp>(TOp operation, ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor> inputs)
        where TOp : struct, IOperation
    {
        if (GradMode.Records(inputs))
        {
            ((BundleNode?)operation.CreateNode())?.Attach(outputs, inputs);
        }

        if (Trace.IsAnyOn)
        {
            Trace.Add(operation, outputs, inputs);
        }
    }

    /// <summary>Puts a node between tensors and what is computed of them, which sees their gradients together on the way back.</summary>
    /// <param name="node">The node.</param>
    /// <param name="tensors">The tensors; all require gradients.</param>
    /// <returns>Views of the tensors, to compute with.</returns>
    public static Tensor[] Between(BundleNode node, Tensor[] tensors)
    {
        Tensor[] views = Array.ConvertAll(tensors, static x => x.View(x.Shape));
        node.Attach(views, tensors);
        return views;
    }

    /// <summary>Takes down an operation that a device's kernel computed in one piece.</summary>
    /// <param name="operation">What it is.</param>
    /// <param name="output">Its result.</param>
    /// <param name="inputs">Its operands; null where one is left out.</param>
    /// <param name="kept">What the kernel keeps for the gradient.</param>
    /// <returns>The result.</returns>
    public static Tensor Fused<TOp>(in TOp operation, Tensor output, ReadOnlySpan<Tensor?> inputs, in KeptTensors kept)
        where TOp : struct, IFusedOp
    {
        if (GradMode.Records(inputs[..Math.Min(inputs.Length, TOp.Differentiable)]))
        {
            new FusedNode<TOp>(operation, inputs, kept).Attach(output, inputs);
        }

        if (Trace.IsAnyOn)
        {
            Trace.Add(operation, [output], inputs, DeepLearning.Fused.ReplayOf(operation, inputs.Length));
        }

        return output;
    }

    /// <summary>Composes an operation of others and takes it down: the record has those, a trace sees the one.</summary>
    /// <param name="operation">What it is.</param>
    /// <param name="inputs">Its operands; null where one is left out.</param>
    /// <returns>The result.</returns>
    public static Tensor Composed<TOp>(in TOp operation, ReadOnlySpan<Tensor?> inputs)
        where TOp : struct, IFusedOp
    {
        if (!Trace.IsAnyOn)
        {
            return operation.Compose(inputs);
        }

        Tensor output;
        using (Trace.Suspend())
        {
            output = operation.Compose(inputs);
        }

        Trace.Add(operation, [output], inputs, DeepLearning.Fused.ReplayOf(operation, inputs.Length));
        return output;
    }

    /// <summary>Takes down an operation that made a tensor from none, such as a creation or a draw of random numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tensor Made<TOp>(TOp operation, Tensor output)
        where TOp : struct, IOperation
    {
        if (Trace.IsAnyOn)
        {
            Trace.Add(operation, [output], []);
        }

        return output;
    }

    /// <summary>Takes down an operation that wrote into a tensor: its value is now made from what it was and from the values.</summary>
    /// <param name="operation">What it is.</param>
    /// <param name="target">The tensor written to; its version counts up.</param>
    /// <param name="values">What was written, if it was made from a tensor.</param>
    /// <param name="records">Whether the record takes it: decided before the write, which the check of in-place writes allowed.</param>
    /// <returns>The tensor written to.</returns>
    public static Tensor Write<TOp>(TOp operation, Tensor target, Tensor? values, bool records)
        where TOp : struct, IOperation
    {
        target.Storage.Version++;
        if (records && operation.CreateNode() is { } node)
        {
            target.TakeWrite(node, values);
        }

        if (Trace.IsAnyOn)
        {
            Trace.Add(operation, [target], [target, values]);
        }

        return target;
    }

    /// <summary>As <see cref="Write{TOp}(TOp, Tensor, Tensor, bool)"/>, for an operation of three operands that is not recorded.</summary>
    public static Tensor Write<TOp>(TOp operation, Tensor target, Tensor second, Tensor third)
        where TOp : struct, IOperation
    {
        target.Storage.Version++;
        if (Trace.IsAnyOn)
        {
            Trace.Add(operation, [target], [target, second, third]);
        }

        return target;
    }

    /// <summary>Takes down that a computed result became a tensor's new value: its history is the result's from here on.</summary>
    /// <param name="target">The tensor written to; its version counts up.</param>
    /// <param name="result">What was copied into it.</param>
    /// <returns>The tensor written to.</returns>
    public static Tensor Assigned(Tensor target, Tensor result)
    {
        target.Storage.Version++;
        target.TakeHistory(result.DType == target.DType ? result.Node : result.RequiresGrad ? result.To(target.DType).Node : null);
        if (Trace.IsAnyOn)
        {
            Trace.Add(new NamedOperation("Assign"), [target], [target, result]);
        }

        return target;
    }

    /// <summary>Takes down that a tensor's elements became those of another.</summary>
    /// <param name="target">The tensor written to; its version counts up.</param>
    /// <param name="source">The other one; it may have been broadcast and converted.</param>
    /// <param name="records">Whether the record takes it: decided before the write.</param>
    /// <returns>The tensor written to.</returns>
    public static Tensor Copied(Tensor target, Tensor source, bool records)
    {
        target.Storage.Version++;
        CopyOperation operation = new("CopyFrom");
        if (records)
        {
            // Nothing of the old value is left: the source is the only operand.
            Tensor value = target.ViewAs(target.Layout);
            target.TakeHistory(operation.CreateNode().Attach(value, source).Node);
            value.Return();
        }

        if (Trace.IsAnyOn)
        {
            Trace.Add(operation, [target], [target, source]);
        }

        return target;
    }

    /// <summary>Takes down that a tensor was filled with numbers that come from no tensor.</summary>
    /// <param name="operation">What filled it.</param>
    /// <param name="target">The tensor written to; its version counts up.</param>
    /// <returns>The tensor written to.</returns>
    public static Tensor Filled(FillOperation operation, Tensor target)
    {
        target.Storage.Version++;
        if (GradMode.Records(target))
        {
            target.TakeWrite(operation.CreateNode(), null);
        }

        if (Trace.IsAnyOn)
        {
            Trace.Add(operation, [target], []);
        }

        return target;
    }
}
