namespace DeepLearning.Layers;

/// <summary>
/// Computes a parameter of a module from others, the originals, which are trained and saved in its place. Derive from it, implement
/// <see cref="Compute"/>, and give it to <see cref="Parametrizations.Register"/>. Fields hold its own parameters, buffers and modules as in
/// any module.
/// <code>
/// class Symmetric : Parametrization
/// {
///     protected override Tensor Compute(IReadOnlyList&lt;Tensor&gt; originals) =&gt; originals[0].Triu() + originals[0].Triu(1).T;
/// }
/// Parametrizations.Register(layer, "weight", new Symmetric());
/// </code>
/// </summary>
public abstract class Parametrization : Module
{
    /// <summary>Makes a parametrization.</summary>
    protected Parametrization()
    {
    }

    /// <summary>Computes the parameter; called in each forward pass of the module, and recorded.</summary>
    /// <param name="originals">
    /// The originals: one, or as many as <see cref="RightInverse"/> gave; behind another parametrization, what that one computed.
    /// </param>
    /// <returns>The parameter, of the shape and type that it had before.</returns>
    protected internal abstract Tensor Compute(IReadOnlyList<Tensor> originals);

    /// <summary>
    /// Gives originals that a value of the parameter, or one near it, is computed from. Called as the parametrization is registered, and
    /// when a value is assigned.
    /// </summary>
    /// <param name="value">The value; not to be kept or written to.</param>
    /// <returns>The originals; null (the default) where there is no such way: the value is then the original to start with.</returns>
    protected internal virtual IReadOnlyList<Tensor>? RightInverse(Tensor value) => null;

    /// <summary>Takes back what the last <see cref="Compute"/> changed: the module has refused its input.</summary>
    internal virtual void Undo()
    {
    }
}
