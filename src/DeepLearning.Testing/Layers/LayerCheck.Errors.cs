using DeepLearning.Layers;

namespace DeepLearning.Testing;

/// <summary>Bad input.</summary>
internal sealed partial class LayerCheck
{
    private void Errors()
    {
        foreach (Rejection rejection in options.Rejects)
        {
            Tensor?[] given = [.. rejection.Inputs];
            if (given.Length != subject.Inputs.Count)
            {
                throw new ArgumentException($"The rejection of {rejection} has {given.Length} inputs; there are {subject.Inputs.Count}.");
            }

            Exception? error = Try(
                rejection.ToString(), module => subject.Call(module, [.. given.Select((x, i) => x ?? subject.Inputs[i].Clone())]));
            if (error is null)
            {
                throw new CheckException($"{rejection} is not refused");
            }

            if (!error.Message.Contains(rejection.Says, StringComparison.OrdinalIgnoreCase))
            {
                throw new CheckException($"{rejection} is refused without saying '{rejection.Says}': {error.Message}");
            }
        }

        for (int i = 0; i < subject.Inputs.Count; i++)
        {
            foreach ((string what, Tensor other) in Variants(subject.Inputs[i]))
            {
                Tensor[] inputs = subject.InputsIn(DType.Float32);
                inputs[i] = other;
                Try($"input {i} with {what}, {other.DType.Name()}{other.Shape}", module => subject.Call(module, inputs));
            }
        }

        foreach (int position in subject.TensorArguments)
        {
            Try($"null as argument {position}", module => subject.CallWithNull(module, position));
        }
    }

    /// <summary>
    /// Runs a call that may be refused. Whatever is given, a layer computes or refuses by an exception of arguments that names it, and
    /// a refusal leaves no trace.
    /// </summary>
    private Exception? Try(string what, Action<Module> call)
    {
        Module module = Made(DType.Float32, training: true);
        LayerState state = LayerState.Of(module);
        try
        {
            call(module);
            return null;
        }
        catch (ArgumentNullException e)
        {
            state.RequireAll(module, $"though {what} was refused");
            return e;
        }
        catch (ArgumentException e)
        {
            if (!_kinds.Any(kind => e.Message.Contains(kind, StringComparison.OrdinalIgnoreCase)))
            {
                throw new CheckException($"{what}: the error does not name the layer ({_kinds[0]}): {e.Message}");
            }

            state.RequireAll(module, $"though {what} was refused");
            return e;
        }
        catch (Exception e) when (e is not CheckException)
        {
            throw new CheckException($"{what}: the error is of type {e.GetType().Name}, not one of arguments or shapes: {e.Message}");
        }
    }

    private static IEnumerable<(string What, Tensor Input)> Variants(Tensor x)
    {
        if (x.Rank > 0)
        {
            yield return ("no axes", Tensor.Zeros([], x.DType));
            yield return ("the first axis left out", x.Select(0, 0).Clone());
        }

        if (x.Rank > 1)
        {
            yield return ("the last axis left out", x.Select(x.Rank - 1, 0).Clone());
        }

        yield return ("one more axis in front", x.Unsqueeze(0).Clone());
        yield return ("one more axis at the end", x.Unsqueeze(x.Rank).Clone());
        yield return ("two more axes in front", x.Unsqueeze(0).Unsqueeze(0).Clone());
        for (int axis = 0; axis < x.Rank; axis++)
        {
            int length = x.Size(axis);
            if (length > 0)
            {
                yield return ($"axis {axis} longer by 1", Tensor.Cat([x, x.Narrow(axis, 0, 1)], axis));
                yield return ($"axis {axis} shorter by 1", x.Narrow(axis, 0, length - 1).Clone());
                yield return ($"axis {axis} of length 0", x.Narrow(axis, 0, 0).Clone());
            }
        }

        yield return ("another type", x.DType.IsFloatingPoint() ? x.To(DType.Int64) : x.To(DType.Float32));
        yield return ("another type", x.To(DType.Bool));
        yield return ("another type", x.To(DType.UInt8));
        if (!x.DType.IsFloatingPoint() && x.Count > 0)
        {
            yield return ("negative numbers", Tensor.FullLike(x.To(DType.Int64), -7));
            yield return ("numbers out of range", Tensor.FullLike(x.To(DType.Int64), 1_000_000_007));
        }
    }
}
