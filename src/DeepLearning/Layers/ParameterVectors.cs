namespace DeepLearning.Layers;

/// <summary>
/// All parameters of a model as one vector, for methods that see them so (LBFGS written by hand, evolution strategies, averaging).
/// </summary>
public static class ParameterVectors
{
    /// <summary>
    /// The numbers of tensors one after the other, [n]; differentiable. As PyTorch's <c>nn.utils.parameters_to_vector</c>.
    /// <code>
    /// Tensor vector = model.Parameters().ToVector();
    /// </code>
    /// </summary>
    /// <param name="parameters">The tensors, at least one, of one type on one device.</param>
    /// <returns>The vector.</returns>
    /// <exception cref="ArgumentException">There is no tensor.</exception>
    public static Tensor ToVector(this IEnumerable<Tensor> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Tensor[] flat = [.. parameters.Select(static parameter => parameter.Reshape(-1))];
        return flat.Length > 0
            ? Tensor.Cat(flat)
            : throw new ArgumentException("ToVector: there is no parameter.", nameof(parameters));
    }

    /// <summary>
    /// Copies the numbers of a vector into tensors, in their order and without a record. As PyTorch's
    /// <c>nn.utils.vector_to_parameters</c>.
    /// </summary>
    /// <param name="parameters">The tensors.</param>
    /// <param name="vector">As many numbers as they have together, [n].</param>
    /// <exception cref="ShapeException">The vector has another shape; nothing is changed.</exception>
    public static void LoadVector(this IEnumerable<Tensor> parameters, Tensor vector)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(vector);
        Tensor[] all = [.. parameters];
        long count = all.Sum(static parameter => parameter.Count);
        if (vector.Rank != 1 || vector.Count != count)
        {
            throw new ShapeException(
                $"LoadVector: the parameters have {count} numbers; a vector {vector.Shape} does not fit, [{count}] does.");
        }

        using GradMode.Region region = GradMode.NoGrad();
        int start = 0;
        foreach (Tensor parameter in all)
        {
            int length = checked((int)parameter.Count);
            parameter.CopyFrom(vector.Detach().Narrow(0, start, length).Reshape(parameter.Shape));
            start += length;
        }
    }
}
