namespace DeepLearning.Layers;

/// <summary>
/// Parameters that are computed from others: by <see cref="WeightNorm"/>, <see cref="SpectralNorm"/>, <see cref="Orthogonal"/> or a
/// <see cref="Parametrization"/> of one's own, as PyTorch's <c>torch.nn.utils.parametrize</c>. What is trained and saved are the originals,
/// under PyTorch's names, such as <c>parametrizations.weight.original</c>; make the optimizer after parametrizing.
/// <code>
/// Linear layer = new Linear(20, 30).WeightNorm();
/// </code>
/// </summary>
/// <remarks>
/// The parameter is computed at the start of each forward pass of its module, and what the module's property (<c>layer.Weight</c>) gives is
/// what the last one used. A <see cref="Layer"/> does this by itself; of other modules see <see cref="Module.ComputesParameters"/>.
/// </remarks>
public static class Parametrizations
{
    /// <summary>Lets a parametrization compute a parameter; behind those that already do, where there are some.</summary>
    /// <param name="module">The module that holds the parameter itself.</param>
    /// <param name="name">The parameter's name in the module's state dictionary, such as <c>weight</c>.</param>
    /// <param name="parametrization">The parametrization.</param>
    /// <param name="unsafe">True to go without the check that shape and type of the parameter stay what they are.</param>
    /// <exception cref="ArgumentException">There is no such parameter.</exception>
    /// <exception cref="ShapeException">What is computed has another shape; nothing was changed.</exception>
    /// <exception cref="DTypeException">What is computed has another type; nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">The module does not compute its parameters.</exception>
    public static void Register(Module module, string name, Parametrization parametrization, bool @unsafe = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(parametrization);
        parametrization.SetTraining(module.Training);
        if (module.ParametrizationsOf(name) is { } list)
        {
            using (GradMode.NoGrad())
            {
                Tensor before = list.Compute();
                Check(module, name, parametrization, before, parametrization.Compute([before]), @unsafe);
            }

            list.Add(parametrization);
            module.RefreshParametrized();
            return;
        }

        Parameter parameter = ParameterOf(module, name);
        if (!module.ComputesParameters)
        {
            throw new InvalidOperationException(
                $"{module.Label}: its parameter '{name}' cannot be parametrized: only a Layer computes its parameters by itself. Call "
                    + "ComputeParameters() at the start of Forward and override ComputesParameters to return true.");
        }

        list = ParametrizationList.Of(parametrization, parameter);
        list.SetTraining(module.Training);
        using (GradMode.NoGrad())
        {
            Check(module, name, parametrization, parameter, list.Compute(), @unsafe);
        }

        module.Parametrize(name, parameter, list);
    }

    /// <summary>Whether a parameter of a module is computed by a parametrization.</summary>
    /// <param name="module">The module.</param>
    /// <param name="name">The parameter's name; null for any of the module's own.</param>
    public static bool IsParametrized(Module module, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        return name is null ? module.HasParametrizations : module.ParametrizationsOf(name) is not null;
    }

    /// <summary>Makes a computed parameter one that is trained itself again. Make the optimizer after it.</summary>
    /// <param name="module">The module that holds the parameter itself.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="leaveParametrized">True to keep the value that was computed, false to go back to the original.</param>
    /// <exception cref="ArgumentException">
    /// The parameter is not parametrized, or has several originals, none of which is the parameter.
    /// </exception>
    public static void Remove(Module module, string name, bool leaveParametrized = true)
    {
        ArgumentNullException.ThrowIfNull(module);
        ParametrizationList list = ListOf(module, name);
        if (!leaveParametrized && !list.IsSingle)
        {
            throw new ArgumentException(
                $"Parametrizations.Remove: '{name}' of {module.Label} is computed from several originals, none of which can be left in its "
                    + "place; remove it with leaveParametrized: true.",
                nameof(leaveParametrized));
        }

        using TensorScope.Suspension suspension = TensorScope.Suspend();
        using GradMode.Region region = GradMode.NoGrad();
        Parameter parameter;
        if (leaveParametrized)
        {
            Tensor value = list.Compute().Clone();
            parameter = list.IsSingle ? list.Original : new Parameter(value, list.Parameters()[0].RequiresGrad);
            if (list.IsSingle)
            {
                parameter.Grad = null;
                parameter.Replace(value);
            }
        }
        else
        {
            parameter = list.Original;
        }

        module.Unparametrize(name, parameter);
    }

    /// <summary>Sets the originals of a computed parameter so that it takes a value, as far as its parametrizations allow.</summary>
    /// <param name="module">The module that holds the parameter itself.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">The value, of the parameter's shape.</param>
    /// <exception cref="ArgumentException">The parameter is not parametrized.</exception>
    /// <exception cref="ShapeException">The value has another shape.</exception>
    /// <exception cref="InvalidOperationException">A parametrization has no right inverse.</exception>
    public static void Assign(Module module, string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(value);
        ParametrizationList list = ListOf(module, name);
        Shape shape;
        using (GradMode.NoGrad())
        {
            shape = list.Compute().Shape;
        }

        if (value.Shape != shape)
        {
            throw new ShapeException($"Parametrizations.Assign: '{name}' of {module.Label} is {shape}, not {value.Shape}.");
        }

        list.Assign(value);
        module.RefreshParametrized();
    }

    /// <summary>
    /// Computes a weight as g · v / ‖v‖, length and direction apart (Salimans and Kingma, "Weight normalization", 2016). Its originals are
    /// g (<c>original0</c>) and v (<c>original1</c>), as those of PyTorch's <c>parametrizations.weight_norm</c>.
    /// </summary>
    /// <typeparam name="TModule">The module's type.</typeparam>
    /// <param name="module">The module.</param>
    /// <param name="name">The weight's name in the module's state dictionary.</param>
    /// <param name="dim">
    /// The axis along which each position has a length of its own; null or −1 for one length of all.
    /// </param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">There is no such parameter.</exception>
    /// <exception cref="ShapeException">The weight has no such axis.</exception>
    public static TModule WeightNorm<TModule>(this TModule module, string name = "weight", int? dim = 0)
        where TModule : Module
    {
        Register(module, name, new WeightNormParametrization(ParameterOf(module, name), dim), @unsafe: true);
        return module;
    }

    /// <summary>
    /// Divides a weight by its largest singular value, which a power iteration follows in training (Miyato et al., "Spectral normalization
    /// for generative adversarial networks", 2018), as PyTorch's <c>parametrizations.spectral_norm</c>. A weight of one axis is divided by
    /// its norm.
    /// </summary>
    /// <typeparam name="TModule">The module's type.</typeparam>
    /// <param name="module">The module.</param>
    /// <param name="name">The weight's name in the module's state dictionary.</param>
    /// <param name="nPowerIterations">The steps of the power iteration in each forward pass of a training.</param>
    /// <param name="eps">The least norm that is divided by.</param>
    /// <param name="dim">The axis of the outputs: 0 when null, but 1 of transposed convolutions.</param>
    /// <param name="generator">The source of the starting vectors; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">There is no such parameter, or the number of steps is below 1.</exception>
    /// <exception cref="ShapeException">The weight has no such axis.</exception>
    public static TModule SpectralNorm<TModule>(
        this TModule module, string name = "weight", int nPowerIterations = 1, double eps = 1e-12, int? dim = null,
        Generator? generator = null)
        where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(module);
        int axis = dim ?? (module.Kind.StartsWith("ConvTranspose", StringComparison.Ordinal) ? 1 : 0);
        Tensor weight;
        using (GradMode.NoGrad())
        {
            weight = module.ParametrizationsOf(name) is { } list ? list.Compute() : ParameterOf(module, name);
        }

        Register(module, name, new SpectralNormParametrization(weight, nPowerIterations, eps, axis, generator));
        return module;
    }

    /// <summary>
    /// Keeps a weight [.., n, k] orthogonal: its columns, or its rows where it has fewer of them, are orthonormal (Lezcano-Casado and
    /// Martínez-Rubio, "Cheap orthogonal constraints in neural networks", 2019), as PyTorch's <c>parametrizations.orthogonal</c>.
    /// </summary>
    /// <typeparam name="TModule">The module's type.</typeparam>
    /// <param name="module">The module.</param>
    /// <param name="name">The weight's name in the module's state dictionary.</param>
    /// <param name="orthogonalMap">
    /// How an orthogonal matrix is made of any; when null <see cref="OrthogonalMap.MatrixExp"/> for square ones,
    /// <see cref="OrthogonalMap.Householder"/> for others.
    /// </param>
    /// <param name="useTrivialization">
    /// Whether the weight is a fixed orthogonal matrix (the buffer <c>base</c>, made from the weight there is) times the one that is
    /// learned.
    /// </param>
    /// <param name="generator">
    /// The source of the rows that complete the fixed matrix; <see cref="Generator.Default"/> when null.
    /// </param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">There is no such parameter.</exception>
    /// <exception cref="ShapeException">The weight has fewer than two axes.</exception>
    public static TModule Orthogonal<TModule>(
        this TModule module, string name = "weight", OrthogonalMap? orthogonalMap = null, bool useTrivialization = true,
        Generator? generator = null)
        where TModule : Module
    {
        Parameter weight = ParameterOf(module, name);
        Register(module, name, new OrthogonalParametrization(weight, orthogonalMap, useTrivialization, generator), @unsafe: true);
        return module;
    }

    private static ParametrizationList ListOf(Module module, string name) => module.ParametrizationsOf(name)
        ?? throw new ArgumentException($"Parametrizations: '{name}' of {module.Label} is not parametrized.", nameof(name));

    private static Parameter ParameterOf(Module module, string name)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(name);
        List<ModuleMember> own = [.. module.Members().Where(static member => member.Parameter is not null)];
        string names = own.Count == 0 ? "none" : string.Join(", ", own.Select(static member => member.Name));
        return own.Find(member => member.Name == name).Parameter ?? throw new ArgumentException(
            $"Parametrizations: {module.Label} has no parameter '{name}' of its own that is not parametrized already; it has {names}.",
            nameof(name));
    }

    private static void Check(
        Module module, string name, Parametrization parametrization, Tensor before, Tensor after, bool isUnsafe)
    {
        if (isUnsafe)
        {
            return;
        }

        if (after.Shape != before.Shape)
        {
            throw new ShapeException(
                $"{parametrization.Kind}: '{name}' of {module.Label} is {before.Shape}, what is computed for it {after.Shape}; the shape "
                    + "must stay, or register it with unsafe: true.");
        }

        if (after.DType != before.DType)
        {
            throw new DTypeException(
                $"{parametrization.Kind}: '{name}' of {module.Label} is {before.DType.Name()}, what is computed for it "
                    + $"{after.DType.Name()}; the type must stay, or register it with unsafe: true.");
        }
    }
}
