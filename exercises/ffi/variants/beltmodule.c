/* SPDX-License-Identifier: Apache-2.0 */

/* The module `belt`: search() for Python. It trusts no caller: sizes are checked against buffers.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "kernel.h"

static int fits(const Py_buffer *b, long width, long height)
{
	return width > 0 && height > 0 && b->len / (Py_ssize_t)sizeof(double) / width >= height;
}

static PyObject *search_buffers(const Py_buffer *values, long width, long height,
				const Py_buffer *mark, long side)
{
	double best;
	long at[2];

	if (!fits(values, width, height) || !fits(mark, side, side)) {
		PyErr_SetString(PyExc_ValueError, "a buffer is smaller than its sizes say");
		return NULL;
	}
	Py_BEGIN_ALLOW_THREADS best = search(values->buf, width, height, mark->buf, side, at);
	Py_END_ALLOW_THREADS return Py_BuildValue("lld", at[0], at[1], best);
}

static PyObject *belt_search(PyObject *self, PyObject *args)
{
	Py_buffer values, mark;
	long width, height, side;

	(void)self;
	if (!PyArg_ParseTuple(args, "y*lly*l", &values, &width, &height, &mark, &side))
		return NULL;
	PyObject *result = search_buffers(&values, width, height, &mark, side);

	PyBuffer_Release(&values);
	PyBuffer_Release(&mark);
	return result;
}

static PyMethodDef methods[] = {{"search", belt_search, METH_VARARGS,
				 "search(values, width, height, mark, side) -> x, y, likeness"},
				{0}};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "belt", .m_methods = methods};

PyMODINIT_FUNC PyInit_belt(void)
{
	return PyModule_Create(&module);
}
