"""The peer of lists and pages: FastAPI, SQLAlchemy's asynchronous ORM, asyncpg, pydantic, Jinja2.

Written as its documentation teaches. It reads the same rows of the same database, and is spared
what the product does besides: sessions that can be ended, roles, limits, logs, metrics.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

import jwt
from fastapi import Cookie, Depends, FastAPI, Header, HTTPException, Query, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

HOSTS = {os.environ["PEER_HOST"]: os.environ["PEER_SCHEMA"]}
SECRET = os.environ["PEER_SECRET"]

engine = create_async_engine(os.environ["PEER_DATABASE"], pool_size=8, max_overflow=0)
new_session = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


class Base(DeclarativeBase):
    """All tables."""


class Customer(Base):
    """A company that the agency serves."""

    __tablename__ = "customers_customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    vat_number: Mapped[str]
    sdi_code: Mapped[str]
    pec: Mapped[str]
    language: Mapped[str]
    notes: Mapped[str]
    is_member: Mapped[bool]
    state: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class CustomerOut(BaseModel):
    """A customer."""

    model_config = ConfigDict(from_attributes=True)

    id: str = Field(validation_alias="public_id")
    name: str
    email: str
    vat_number: str
    sdi_code: str
    pec: str
    language: str
    notes: str | None
    is_member: bool
    state: str
    version: int
    created_at: datetime
    updated_at: datetime


class Pagination(BaseModel):
    """Where the page is in the list."""

    page: int
    limit: int
    total: int
    total_pages: int = Field(serialization_alias="totalPages")


class CustomerPage(BaseModel):
    """The envelope."""

    success: bool = True
    data: list[CustomerOut]
    message: str = ""
    timestamp: datetime
    pagination: Pagination


async def open_session(host: Annotated[str, Header()]) -> AsyncIterator[AsyncSession]:
    """Give a session in the schema of the host's agency."""
    schema = HOSTS.get(host)
    if schema is None:
        raise HTTPException(404)
    async with new_session() as session:
        await session.execute(text(f'SET LOCAL search_path TO "{schema}", public'))
        yield session


def read_claims(authorization: Annotated[str, Header()]) -> dict[str, object]:
    """Check the token."""
    try:
        return jwt.decode(authorization.removeprefix("Bearer "), SECRET, algorithms=["HS256"])
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error


@app.get("/api/v1/customers", response_model=CustomerPage)
async def list_customers(
    session: Annotated[AsyncSession, Depends(open_session)],
    _claims: Annotated[dict[str, object], Depends(read_claims)],
    page: Annotated[int, Query(ge=1)] = 1,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
) -> CustomerPage:
    """Customers by name."""
    total = await session.scalar(select(func.count()).select_from(Customer)) or 0
    rows = await session.scalars(
        select(Customer)
        .order_by(Customer.name, Customer.id)
        .offset((page - 1) * limit)
        .limit(limit)
    )
    return CustomerPage(
        data=[CustomerOut.model_validate(row) for row in rows],
        timestamp=datetime.now(UTC),
        pagination=Pagination(
            page=page,
            limit=limit,
            total=total,
            total_pages=-(-total // limit),
        ),
    )


templates = Jinja2Templates(os.environ.get("PEER_TEMPLATES", "."))


class Session(Base):
    """Who is signed in."""

    __tablename__ = "django_session"

    session_key: Mapped[str] = mapped_column(primary_key=True)
    expire_date: Mapped[datetime]


async def require_session(
    session: Annotated[AsyncSession, Depends(open_session)],
    key: Annotated[str, Cookie(alias=os.environ.get("PEER_COOKIE", "session"))],
) -> None:
    """Look the session of the browser up."""
    known = await session.get(Session, key)
    if known is None or known.expire_date < datetime.now(UTC):
        raise HTTPException(401)


@app.get("/customers/", dependencies=[Depends(require_session)])
async def show_customers(
    request: Request,
    session: Annotated[AsyncSession, Depends(open_session)],
    page: Annotated[int, Query(ge=1)] = 1,
) -> HTMLResponse:
    """Customers by name, as a page."""
    total = await session.scalar(select(func.count()).select_from(Customer)) or 0
    rows = await session.scalars(
        select(Customer).order_by(Customer.name, Customer.id).offset((page - 1) * 20).limit(20)
    )
    values = {"customers": rows.all(), "total": total}
    return templates.TemplateResponse(request, "customers.html", values)
