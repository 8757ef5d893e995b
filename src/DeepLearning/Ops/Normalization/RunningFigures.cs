namespace DeepLearning;

/// <summary>The means and variances of the batches so far.</summary>
internal static class RunningFigures
{
    /// <summary>Refuses figures that are not one for each channel.</summary>
    public static void Check(Tensor x, Tensor? running, string name, int channels, string operation)
    {
        if (running is not null && (running.Rank != 1 || running.Size(0) != channels))
        {
            throw new ShapeException($"{operation}: a {name} {running.Shape} does not fit an input {x.Shape}; it must be [{channels}].");
        }
    }

    /// <summary>Moves figures toward those of a batch, times a factor.</summary>
    public static void Update(Tensor? running, Tensor batch, double momentum, double factor)
    {
        // Run again for its gradient, a part of a model has had its batch counted the first time.
        if (running is not null && !Autograd.IsRecomputing)
        {
            using (GradMode.NoGrad())
            {
                if (running.DType.Compute() != running.DType)
                {
                    running.CopyFrom((running.To(batch.DType) * (1 - momentum)) + (batch * (momentum * factor)));
                    return;
                }

                running.MultiplyInPlace(1 - momentum).AddInPlace((batch * (momentum * factor)).To(running.DType));
            }
        }
    }
}
