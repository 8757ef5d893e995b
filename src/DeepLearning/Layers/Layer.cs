namespace DeepLearning.Layers;

/// <summary>
/// A module of one tensor in and one tensor out whose errors name it by its path in the model, and whose output a
/// <see cref="ModuleSummary"/> lists. The library's own layers derive from it; implement <see cref="Compute"/>.
/// </summary>
public abstract class Layer : Module<Tensor, Tensor>
{
    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input's shape does not fit; the message names the layer and what would fit.</exception>
    /// <exception cref="DTypeException">The input's type does not fit.</exception>
    /// <exception cref="IndexException">The input has an index that is out of range.</exception>
    public sealed override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor output;
        try
        {
            output = Compute(input);
        }
        catch (ShapeException e) when (e.InnerException is not ShapeException)
        {
            throw new ShapeException($"{Label}: {e.Message}", e);
        }
        catch (DTypeException e) when (e.InnerException is not DTypeException)
        {
            throw new DTypeException($"{Label}: {e.Message}", e);
        }
        catch (IndexException e) when (e.InnerException is not IndexException)
        {
            throw new IndexException($"{Label}: {e.Message}", e);
        }

        ShapeRecorder.Current?.Record(this, input, output);
        return output;
    }

    /// <summary>Computes the output.</summary>
    /// <param name="input">The input.</param>
    /// <returns>The output.</returns>
    protected abstract Tensor Compute(Tensor input);
}
