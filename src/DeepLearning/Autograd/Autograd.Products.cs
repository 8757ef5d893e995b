namespace DeepLearning;

public static partial class Autograd
{
    /// <summary>
    /// The matrix of all first derivatives of a function: J[i.., j..] = ∂f(x)[i..] / ∂x[j..], of the output's shape followed by the
    /// input's. One backward pass an output element.
    /// </summary>
    /// <param name="function">The function f.</param>
    /// <param name="x">Where to differentiate.</param>
    /// <param name="createGraph">Record, so that the result can be differentiated with respect to <paramref name="x"/> and to what f
    /// uses.</param>
    public static Tensor Jacobian(Func<Tensor, Tensor> function, Tensor x, bool createGraph = false)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Jacobian(xs => function(xs[0]), [x], createGraph)[0];
    }

    /// <summary>
    /// As <see cref="Jacobian(Func{Tensor, Tensor}, Tensor, bool)"/>, for a function of several tensors: one matrix an input.
    /// </summary>
    /// <param name="function">The function f.</param>
    /// <param name="inputs">Where to differentiate.</param>
    /// <param name="createGraph">Record, so that the results can be differentiated.</param>
    public static Tensor[] Jacobian(Func<Tensor[], Tensor> function, Tensor[] inputs, bool createGraph = false)
    {
        ArgumentNullException.ThrowIfNull(function);
        using (GradMode.EnableGrad())
        {
            Tensor[] xs = Prepare(inputs, createGraph);
            Tensor y = function(xs);
            int outputs = checked((int)y.Count);
            Tensor[][] rows = new Tensor[outputs][];
            for (int i = 0; i < outputs; i++)
            {
                rows[i] = y.RequiresGrad ? Grad(y, xs, Basis(y, i), retainGraph: true, createGraph) : Array.ConvertAll(xs,
                    Tensor.ZerosLike);
            }

            Tensor[] result = new Tensor[xs.Length];
            for (int k = 0; k < xs.Length; k++)
            {
                int[] shape = [.. y.Shape, .. xs[k].Shape];
                int input = k;
                result[k] = outputs == 0
                    ? Tensor.Zeros(shape, xs[k].DType, xs[k].Device)
                    : Tensor.Stack([.. rows.Select(row => row[input])]).Reshape(shape);
            }

            return result;
        }
    }

    /// <summary>
    /// The matrix of all second derivatives of a function of one number: H[i.., j..] = ∂²f(x) / ∂x[i..]∂x[j..], of the input's shape twice.
    /// </summary>
    /// <param name="function">The function f; its value is one number.</param>
    /// <param name="x">Where to differentiate.</param>
    /// <param name="createGraph">Record, so that the result can be differentiated.</param>
    /// <exception cref="AutogradException">The function's value is not one number.</exception>
    public static Tensor Hessian(Func<Tensor, Tensor> function, Tensor x, bool createGraph = false)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Jacobian(z => FirstDerivative(function, z), x, createGraph);
    }

    /// <summary>The vector-Jacobian product: f(x), and vᵀ J in one backward pass.</summary>
    /// <param name="function">The function f.</param>
    /// <param name="x">Where to differentiate.</param>
    /// <param name="v">The vector, of the output's shape.</param>
    /// <param name="createGraph">Record, so that the product can be differentiated.</param>
    public static (Tensor Output, Tensor Product) Vjp(Func<Tensor, Tensor> function, Tensor x, Tensor v, bool createGraph = false)
    {
        ArgumentNullException.ThrowIfNull(function);
        using (GradMode.EnableGrad())
        {
            Tensor input = Prepare([x], createGraph)[0];
            Tensor y = function(input);
            Tensor product = y.RequiresGrad ? Grad(y, input, v, createGraph: createGraph) : Tensor.ZerosLike(input);
            return (createGraph ? y : y.Detach(), product);
        }
    }

    /// <summary>
    /// The Jacobian-vector product: f(x), and J v by differentiating the vector-Jacobian product, which is linear in its vector.
    /// </summary>
    /// <param name="function">The function f; twice differentiable by the library.</param>
    /// <param name="x">Where to differentiate.</param>
    /// <param name="v">The direction, of the input's shape.</param>
    /// <param name="createGraph">Record, so that the product can be differentiated.</param>
    public static (Tensor Output, Tensor Product) Jvp(Func<Tensor, Tensor> function, Tensor x, Tensor v, bool createGraph = false)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(v);
        using (GradMode.EnableGrad())
        {
            Tensor input = Prepare([x], createGraph)[0];
            if (v.Shape != input.Shape)
            {
                throw new ShapeException($"Jvp: the direction {v.Shape} does not have the input's shape {input.Shape}.");
            }

            Tensor y = function(input);
            Tensor u = Tensor.ZerosLike(y);
            u.RequiresGrad = true;
            Tensor product = Tensor.ZerosLike(y);
            if (y.RequiresGrad)
            {
                Tensor backward = Grad(y, input, u, createGraph: true);
                product = backward.RequiresGrad ? Grad(backward, u, v, createGraph: createGraph) : product;
            }

            return (createGraph ? y : y.Detach(), product);
        }
    }

    /// <summary>The Hessian-vector product of a function of one number: f(x), and H v in two backward passes.</summary>
    /// <param name="function">The function f; its value is one number.</param>
    /// <param name="x">Where to differentiate.</param>
    /// <param name="v">The vector, of the input's shape.</param>
    /// <param name="createGraph">Record, so that the product can be differentiated.</param>
    public static (Tensor Output, Tensor Product) Hvp(Func<Tensor, Tensor> function, Tensor x, Tensor v, bool createGraph = false)
    {
        ArgumentNullException.ThrowIfNull(function);
        Tensor? value = null;
        (_, Tensor product) = Vjp(
            z =>
            {
                value = function(z);
                return value.RequiresGrad ? Grad(value, z, createGraph: true) : Tensor.ZerosLike(z);
            },
            x,
            v,
            createGraph);
        return (createGraph ? value! : value!.Detach(), product);
    }

    private static Tensor FirstDerivative(Func<Tensor, Tensor> function, Tensor x)
    {
        Tensor y = function(x);
        return y.RequiresGrad ? Grad(y, x, createGraph: true) : Tensor.ZerosLike(x);
    }

    /// <summary>
    /// Inputs to differentiate at: cut off from their own history, or connected to it when the result is to be differentiated.
    /// </summary>
    private static Tensor[] Prepare(Tensor[] inputs, bool createGraph)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Tensor[] result = new Tensor[inputs.Length];
        for (int i = 0; i < result.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(inputs[i], nameof(inputs));
            result[i] = createGraph && inputs[i].RequiresGrad ? inputs[i].Clone() : inputs[i].Detach();
            result[i].RequiresGrad = true;
        }

        return result;
    }

    private static Tensor Basis(Tensor y, int element)
    {
        double[] values = new double[y.Count];
        values[element] = 1;
        return Tensor.From(values, y.Shape).To(y.Device, y.DType);
    }
}
