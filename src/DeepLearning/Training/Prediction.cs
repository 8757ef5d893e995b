using DeepLearning.Layers;

namespace DeepLearning.Training;

/// <summary>Runs models to use them.</summary>
internal static class Prediction
{
    /// <summary>The inputs in batches along their first axis.</summary>
    public static IEnumerable<Tensor> Batches(Tensor inputs, int batchSize) =>
        Enumerable.Range(0, (inputs.Size(0) + batchSize - 1) / batchSize)
            .Select(b => inputs[(b * batchSize)..Math.Min((b + 1) * batchSize, inputs.Size(0))]);

    /// <summary>The outputs for some batches one after the other, in evaluation mode and without recording.</summary>
    public static Tensor Run(Module<Tensor, Tensor> model, IEnumerable<Tensor> batches)
    {
        using ModuleModes modes = new(model);
        model.Eval();
        using GradMode.Region region = GradMode.NoGrad();
        List<Tensor> outputs = [];
        foreach (Tensor batch in batches)
        {
            using TensorScope scope = new();
            outputs.Add(scope.Keep(model.Forward(batch)));
        }

        return Tensor.Cat([.. outputs]);
    }
}
