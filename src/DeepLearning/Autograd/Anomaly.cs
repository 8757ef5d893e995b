namespace DeepLearning;

/// <summary>The checks behind <see cref="Autograd.DetectAnomaly"/>.</summary>
internal static class Anomaly
{
    [ThreadStatic]
    private static bool s_on;

    public static bool IsOn
    {
        get => s_on;
        set => s_on = value;
    }

    public static void CheckForward(Node node, Tensor output)
    {
        if (HasNaN(output))
        {
            throw new AnomalyException(node.Name, $"{node.Name}: the result {output.DType.Name()}{output.Shape} contains NaN.");
        }
    }

    public static void CheckBackward(Node node, int input, Tensor gradient)
    {
        if (HasNaN(gradient))
        {
            throw new AnomalyException(
                node.Name,
                $"{node.Name}: the gradient of its input {input} {gradient.DType.Name()}{gradient.Shape} contains NaN."
                + (node.Stack is { } stack ? $" The operation was recorded here:{Environment.NewLine}{stack}" : ""));
        }
    }

    private static bool HasNaN(Tensor tensor)
    {
        if (!tensor.DType.IsFloatingPoint())
        {
            return false;
        }

        bool wasOn = s_on;
        s_on = false;
        try
        {
            using (GradMode.NoGrad())
            {
                return tensor.IsNaN().Any().Item<bool>();
            }
        }
        finally
        {
            s_on = wasOn;
        }
    }
}
