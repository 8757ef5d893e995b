namespace DeepLearning.Onnx.Import;

/// <summary>Losses of classes.</summary>
internal static class LossOperators
{
    public static void Add(Operators to)
    {
        to.Add("NegativeLogLikelihoodLoss", static c => c.Keep(0, Loss(c, c[0])));
        to.AddMany("SoftmaxCrossEntropyLoss", static c =>
        {
            Tensor logarithms = c[0].LogSoftmax(1);
            return [c.Keep(0, Loss(c, logarithms)), c.Keep(0, logarithms)];
        });
    }

    private static Tensor Loss(Call c, Tensor logarithms)
    {
        Tensor classes = c[1].To(DType.Int64);
        Tensor? weight = c.TensorOrNull(2);
        bool ignores = c.Told("ignore_index");
        Tensor counted = ignores ? classes.NotEqualTo(c.Int("ignore_index")) : Tensor.Ones(classes.Shape, DType.Bool);
        Tensor places = Tensor.Where(counted, classes, Tensor.FromScalar(0L));
        Tensor zero = Tensor.FromScalar(0, logarithms.DType);
        Tensor weights = weight is null
            ? counted.To(logarithms.DType)
            : Tensor.Where(counted, weight.IndexSelect(0, places.Reshape(-1)).Reshape(places.Shape), zero);
        Tensor taken = logarithms.Gather(1, places.Unsqueeze(1)).Squeeze(1);
        Tensor losses = Tensor.Where(counted, taken.Multiply(weights).Negate(), zero);
        return c.Text("reduction", "mean") switch
        {
            "none" => losses,
            "sum" => losses.Sum(),
            _ => losses.Sum().Divide(weights.Sum()),
        };
    }
}
