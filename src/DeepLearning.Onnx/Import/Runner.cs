namespace DeepLearning.Onnx.Import;

/// <summary>Runs a graph, node after node.</summary>
internal static class Runner
{
    /// <summary>Runs a graph on operands, within what surrounds it.</summary>
    /// <param name="body">The graph.</param>
    /// <param name="operands">Its inputs.</param>
    /// <param name="outer">The values that it sees besides; null for none, as in a function.</param>
    /// <returns>Its outputs.</returns>
    public static Value?[] Run(Body body, IReadOnlyList<Value?> operands, Scope? outer)
    {
        Scope scope = new(outer);
        foreach ((string name, Value tensor) in body.Tensors)
        {
            scope.Set(name, tensor);
        }

        for (int i = 0; i < body.Inputs.Count; i++)
        {
            // An input that is left out may have a value that stands in the graph.
            if (i < operands.Count && operands[i] is { } given)
            {
                scope.Set(body.Inputs[i], given);
            }
            else if (!body.Tensors.ContainsKey(body.Inputs[i]) && !body.Given.Contains(body.Inputs[i]))
            {
                scope.Set(body.Inputs[i], null);
            }
        }

        foreach (Step step in body.Steps)
        {
            RunStep(step, scope);
        }

        return [.. body.Outputs.Select(scope.Get)];
    }

    private static void RunStep(Step step, Scope scope)
    {
        Value?[] operands = [.. step.Inputs.Select(name => name.Length == 0 ? null : scope.Get(name))];
        Value?[] results;
        try
        {
            results = step.Function is { } function ? Run(function, operands, null) : step.Kernel!(new Call(step, operands, scope));
        }
        catch (OnnxException e) when (!e.Message.StartsWith("Node ", StringComparison.Ordinal))
        {
            throw new OnnxException($"Node {step.Label}: {e.Message}", e);
        }
        catch (Exception e) when (e is ArgumentException or ArithmeticException or IndexOutOfRangeException
            or InvalidOperationException and not AutogradException)
        {
            throw new OnnxException($"Node {step.Label}: {e.Message}", e);
        }

        for (int i = 0; i < step.Outputs.Count; i++)
        {
            if (step.Outputs[i].Length > 0)
            {
                scope.Set(step.Outputs[i], i < results.Length ? results[i] : null);
            }
        }

        foreach (string name in step.Last)
        {
            scope.Remove(name);
        }
    }
}
