namespace DeepLearning.Models;

/// <summary>What is added to the loss of an autoencoder, so that its codes are sparse or change little with the input.</summary>
public static class AutoencoderPenalty
{
    /// <summary>
    /// The sparsity of Ng 2011 ("Sparse autoencoder", CS294A): Σⱼ KL(ρ ‖ ρ̂ⱼ) with the mean activation ρ̂ⱼ of unit j over the batch,
    /// KL(ρ ‖ q) = ρ log(ρ/q) + (1 − ρ) log((1 − ρ)/(1 − q)). For activations from 0 to 1, such as of <see cref="Layers.Sigmoid"/>.
    /// </summary>
    /// <param name="code">[.., units].</param>
    /// <param name="sparsity">The mean activation ρ that is wanted, between 0 and 1.</param>
    /// <param name="eps">Mean activations are kept this far from 0 and 1.</param>
    /// <returns>A zero-dimensional tensor.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sparsity is not between 0 and 1.</exception>
    /// <exception cref="ShapeException">The code has no axis of samples, or no sample.</exception>
    public static Tensor SparseKL(Tensor code, double sparsity = 0.05, double eps = 1e-7)
    {
        Check(nameof(SparseKL), code);
        if (sparsity is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(sparsity), sparsity, $"{nameof(SparseKL)}: the sparsity is between 0 and 1.");
        }

        Tensor mean = code.Flatten(0, -2).Mean(0).Clamp(eps, 1 - eps);
        double constant = (sparsity * Math.Log(sparsity)) + ((1 - sparsity) * Math.Log(1 - sparsity));
        return (constant - (mean.Log() * sparsity) - ((-mean).Log1p() * (1 - sparsity))).Sum();
    }

    /// <summary>The mean over the samples of Σⱼ |hⱼ|.</summary>
    /// <param name="code">[.., units].</param>
    /// <returns>A zero-dimensional tensor.</returns>
    /// <exception cref="ShapeException">The code has no axis of samples, or no sample.</exception>
    public static Tensor SparseL1(Tensor code)
    {
        Check(nameof(SparseL1), code);
        return code.Abs().Sum(-1).Mean();
    }

    /// <summary>
    /// The contraction of Rifai et al. 2011 ("Contractive auto-encoders"): the mean over the samples of ‖∂h/∂x‖², the squares of all
    /// derivatives of the code. Exact, for any encoder that treats samples one by one: it costs one backward pass a unit of the code.
    /// </summary>
    /// <param name="encoder">Computes the code [samples, units] of inputs.</param>
    /// <param name="inputs">[samples, ..].</param>
    /// <returns>A zero-dimensional tensor, differentiable by the encoder's parameters.</returns>
    /// <exception cref="ShapeException">The code is not [samples, units] of as many samples.</exception>
    public static Tensor Contractive(Func<Tensor, Tensor> encoder, Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(inputs);
        Tensor x = inputs.Detach();
        x.RequiresGrad = true;
        Tensor code = encoder(x);
        if (code.Rank != 2 || inputs.Rank == 0 || code.Size(0) != inputs.Size(0) || code.Size(0) == 0)
        {
            throw new ShapeException(
                $"{nameof(Contractive)}: the code {code.Shape} of inputs {inputs.Shape} does not fit; it must be [samples, units].");
        }

        Tensor? sum = null;
        foreach (Tensor unit in code.Sum(0).Split(1))
        {
            Tensor squares = Autograd.Grad(unit.Squeeze(0), x, retainGraph: true, createGraph: true).Square().Sum();
            sum = sum is null ? squares : sum + squares;
        }

        return sum! / (double)inputs.Size(0);
    }

    private static void Check(string name, Tensor code)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (code.Rank < 2 || code.Count == 0)
        {
            throw new ShapeException($"{name}: the code {code.Shape} does not fit; it must be [samples, units], with a sample.");
        }
    }
}
