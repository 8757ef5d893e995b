using DeepLearning.Layers;

namespace DeepLearning.Testing;

/// <summary>Samples and batches, modes, inputs and strides, threads.</summary>
internal sealed partial class LayerCheck
{
    private static readonly Lock s_threadSetting = new();

    private void Batch()
    {
        if (options.BatchAxis is null && options.InputBatchAxes is null)
        {
            if (options.Unbatched)
            {
                throw new ArgumentException("Unbatched needs a BatchAxis.");
            }

            return;
        }

        Tensor[] inputs = subject.InputsIn(DType.Float64);
        Module module = Made(DType.Float64, training: false);
        List<Tensor> outputs = subject.Call(module, inputs);
        int?[] inputAxes = Axes(options.InputBatchAxes, inputs.Length, "InputBatchAxes");
        int?[] outputAxes = Axes(options.OutputBatchAxes, outputs.Count, "OutputBatchAxes");
        int samples = Samples(inputs, inputAxes);
        for (int sample = 0; sample < samples; sample++)
        {
            int at = sample;
            Tensor[] alone = [.. inputs.Select((x, i) => inputAxes[i] is { } axis ? x.Narrow(axis, at, 1).Clone() : x)];
            Compare(subject.Call(module, alone), static (y, axis, at) => y.Narrow(axis, at, 1), $"sample {at}, in a batch of one");
            if (options.Unbatched)
            {
                Tensor[] bare = [.. inputs.Select((x, i) => inputAxes[i] is { } axis ? x.Select(axis, at).Clone() : x)];
                Compare(subject.Call(module, bare), static (y, axis, at) => y.Select(axis, at), $"sample {at}, without the batch axis");
            }

            void Compare(List<Tensor> own, Func<Tensor, int, int, Tensor> part, string what)
            {
                for (int i = 0; i < outputs.Count; i++)
                {
                    if (outputAxes[i] is { } axis)
                    {
                        TensorAssert.CloseInNorm(part(outputs[i], axis, at), own[i], Exact, 1e-12, $"in evaluation, output {i} of {what}");
                    }
                }
            }
        }
    }

    private int?[] Axes(IReadOnlyList<int?>? given, int count, string option) => given is null
        ? [.. Enumerable.Repeat(options.BatchAxis, count)]
        : given.Count == count ? [.. given]
        : throw new ArgumentException($"{option} names {given.Count} axes for {count} tensors.");

    private static int Samples(Tensor[] inputs, int?[] axes)
    {
        int? samples = null;
        for (int i = 0; i < inputs.Length; i++)
        {
            if (axes[i] is { } axis)
            {
                int own = inputs[i].Rank > axis ? inputs[i].Size(axis) : 0;
                if (own < 2 || (samples ?? own) != own)
                {
                    throw new CheckException(
                        $"input {i} of shape {inputs[i].Shape} has {own} samples along axis {axis}; give all inputs the same two or more, "
                            + "or name their axes by BatchAxis or InputBatchAxes (null where there is none)");
                }

                samples = own;
            }
        }

        return samples ?? 0;
    }

    private void Modes()
    {
        Tensor[] inputs = subject.InputsIn(DType.Float32);
        Module module = Made(DType.Float32, training: false);
        if (module.Training)
        {
            throw new CheckException("Eval() does not put it into evaluation mode");
        }

        LayerState state = LayerState.Of(module);
        List<Tensor> outputs = subject.Call(module, inputs);
        state.RequireAll(module, "by a call in evaluation");
        RequireSame(outputs, subject.Call(module, inputs, draws: 5), "in evaluation, a second call with another seed");
        using (GradMode.NoGrad())
        {
            RequireSame(outputs, subject.Call(module, inputs), "in evaluation, a call without recording");
        }

        Module trained = Made(DType.Float32, training: true);
        state = LayerState.Of(trained);
        List<Tensor> first = subject.Call(trained, inputs);
        state.RequireParameters(trained, "by a call in training");
        RequireSame(
            first, subject.Call(Made(DType.Float32, training: true), inputs),
            "in training, the first call of another such layer with the same seed");
        if (options.BuffersChange is { } expected && state.BuffersDiffer(trained) != expected)
        {
            throw new CheckException($"a call in training {(expected ? "changes no buffer" : "changes a buffer")}");
        }
    }

    private void InputStays() =>
        InModes((training, when) =>
        {
            Tensor[] inputs = subject.InputsIn(DType.Float64);
            Tensor[] copies = [.. inputs.Select(static x => x.Clone())];
            Differentiate(Made(DType.Float64, training), [.. inputs]);
            for (int i = 0; i < inputs.Length; i++)
            {
                TensorAssert.Same(copies[i], inputs[i], $"{when}, input {i} is changed by a call");
            }

            // A write in place is refused where it is recorded, but not where nothing is.
            using GradMode.Region region = GradMode.NoGrad();
            subject.Call(Made(DType.Float64, training), inputs);
            for (int i = 0; i < inputs.Length; i++)
            {
                TensorAssert.Same(copies[i], inputs[i], $"{when}, input {i} is changed by a call without recording");
            }
        });

    private void Strides() =>
        InModes((training, when) =>
        {
            (List<Tensor> outputs, List<(string, Tensor?)> gradients) =
                Differentiate(Made(DType.Float64, training), subject.InputsIn(DType.Float64));
            Tensor[] strided = [.. subject.InputsIn(DType.Float64).Select(Spread)];
            (List<Tensor> own, List<(string, Tensor?)> ownGradients) = Differentiate(Made(DType.Float64, training), strided);
            Compare(outputs, own, Exact, 1e-12, when, "of inputs that are not contiguous");
            Compare(gradients, ownGradients, Exact, 1e-12, when, "of inputs that are not contiguous");
        });

    /// <summary>The same elements, the axes in turned order in memory, with gaps between them.</summary>
    private static Tensor Spread(Tensor x)
    {
        if (x.Rank == 0)
        {
            return x;
        }

        int[] turned = [.. Enumerable.Range(0, x.Rank).Reverse()];
        Tensor doubled = Tensor.Stack([x, x], axis: x.Rank).Permute([x.Rank, .. turned]).Contiguous();
        return doubled.Permute([.. turned.Select(static axis => axis + 1), 0]).Select(x.Rank, 1);
    }

    private void ThreadsAgree()
    {
        const int Callers = 4;
        Module module = Made(DType.Float32, training: false);
        Tensor[] inputs = subject.InputsIn(DType.Float32);
        List<Tensor> expected = subject.Call(module, inputs);
        List<Tensor>[] results = new List<Tensor>[Callers];
        Exception?[] errors = new Exception?[Callers];
        using Barrier start = new(Callers);
        Thread[] threads =
        [
            .. Enumerable.Range(0, Callers).Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                try
                {
                    for (int repeat = 0; repeat < 3; repeat++)
                    {
                        List<Tensor> own = subject.Call(module, inputs);
                        results[i] = repeat == 0 || !AreSame(expected, own) ? own : results[i];
                    }
                }
                catch (Exception e)
                {
                    errors[i] = e;
                }
            })),
        ];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        if (Array.Find(errors, static error => error is not null) is { } error)
        {
            throw new CheckException($"called from several threads at once, it throws {error.GetType().Name}: {error.Message}");
        }

        foreach (List<Tensor> own in results)
        {
            RequireSame(expected, own, "in evaluation, called from several threads at once");
        }

        lock (s_threadSetting)
        {
            int setting = Parallelism.Threads;
            try
            {
                Parallelism.Threads = setting == 1 ? 3 : 1;
                RequireSame(expected, subject.Call(module, inputs), $"in evaluation, with Parallelism.Threads = {Parallelism.Threads}");
            }
            finally
            {
                Parallelism.Threads = setting;
            }
        }
    }
}
